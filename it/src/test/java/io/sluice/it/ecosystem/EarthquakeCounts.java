package io.sluice.it.ecosystem;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A Streams application in a JVM of its own: large ones are copied (stateless), and counted by place in a store with a
 * changelog topic (stateful). Values are {@code place,magnitude}. Arguments: address, state folder.
 */
final class EarthquakeCounts {
    static final String QUAKES = "quakes";
    static final String LARGE = "large-quakes";
    static final String COUNTS = "quake-counts";
    static final String APPLICATION = "quake-counter";

    private EarthquakeCounts() {}

    public static void main(String[] arguments) throws InterruptedException {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                APPLICATION,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                arguments[0],
                StreamsConfig.STATE_DIR_CONFIG,
                arguments[1],
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.AT_LEAST_ONCE,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                200,
                StreamsConfig.consumerPrefix("auto.offset.reset"),
                "earliest",
                // So long its successor waits for one that was killed.
                StreamsConfig.consumerPrefix("session.timeout.ms"),
                10_000,
                StreamsConfig.consumerPrefix("heartbeat.interval.ms"),
                1_000));
        StreamsBuilder builder = new StreamsBuilder();
        var quakes = builder.stream(QUAKES, Consumed.with(Serdes.String(), Serdes.String()));
        quakes.filter((key, value) -> Double.parseDouble(value.substring(value.lastIndexOf(',') + 1)) >= 5)
                .to(LARGE, Produced.with(Serdes.String(), Serdes.String()));
        quakes.groupBy(
                        (key, value) -> value.substring(0, value.lastIndexOf(',')),
                        Grouped.with(Serdes.String(), Serdes.String()))
                .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.Long()))
                .toStream()
                .mapValues(String::valueOf)
                .to(COUNTS, Produced.with(Serdes.String(), Serdes.String()));
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        streams.start();
        System.out.println("streaming");
        Thread.currentThread().join();
    }
}
