package io.sluice.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads partitions from their first offset to the end they have at the start, with kafka-clients. */
public final class TopicReader {
    private TopicReader() {}

    /** Settings of a reader that belongs to no group and starts at the first offset. */
    public static Map<String, Object> settings(String address) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 120_000);
        return settings;
    }

    /**
     * Reads everything.
     *
     * @throws IllegalStateException if the ends are not reached within {@code limit}
     */
    public static ReadHistory readAll(String address, Collection<TopicPartition> partitions, Duration limit) {
        ReadHistory history = new ReadHistory();
        forEach(
                address,
                partitions,
                limit,
                record -> history.saw(
                        new TopicPartition(record.topic(), record.partition()), record.offset(), record.value()));
        return history;
    }

    /**
     * Hands over everything, each partition in its order, and answers the ends that were there at the start.
     *
     * @throws IllegalStateException if they are not reached within {@code limit}
     */
    public static Map<TopicPartition, Long> forEach(
            String address,
            Collection<TopicPartition> partitions,
            Duration limit,
            Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        Stopwatch watch = Stopwatch.started();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings(address))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(taker);
                if (watch.hasPassed(limit)) {
                    throw new IllegalStateException("the ends " + ends + " are not reached after " + limit);
                }
            }
            return ends;
        }
    }

    /** Partitions 0 to {@code partitions} - 1 of every topic. */
    public static List<TopicPartition> partitionsOf(List<String> topics, int partitions) {
        return topics.stream()
                .flatMap(topic ->
                        IntStream.range(0, partitions).mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
    }
}
