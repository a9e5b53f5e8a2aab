package io.sluice.protocol.kafka;

import io.sluice.common.Clock;
import io.sluice.common.Histogram;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Requests of each kind and how long their answers took, since the start. Event loops count, any thread reads. */
final class ApiCounters implements MetricSource {
    private final Clock clock;
    private final LongAdder[] taken = new LongAdder[KafkaApi.values().length];
    private final Histogram[] answered = new Histogram[taken.length];

    ApiCounters(Clock clock) {
        this.clock = clock;
        for (int i = 0; i < taken.length; i++) {
            taken[i] = new LongAdder();
            answered[i] = Histogram.ofLatencies();
        }
    }

    /** A request was taken for handling. */
    void taken(KafkaApi api) {
        taken[api.ordinal()].increment();
    }

    /** The answer to one taken at that time was handed to the socket. */
    void answered(KafkaApi api, long takenNs) {
        answered[api.ordinal()].record(clock.nanoTime() - takenNs);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        for (KafkaApi api : KafkaApi.values()) {
            long count = taken[api.ordinal()].sum();
            if (count > 0) {
                Map<String, String> labels = Map.of("api", api.name().toLowerCase(Locale.ROOT));
                consumer.accept(new Metric(
                        "sluice_kafka_requests_total",
                        Metric.Kind.COUNTER,
                        "Kafka requests taken for handling, by kind.",
                        labels,
                        count));
                consumer.accept(Metric.histogram(
                        "sluice_kafka_request_seconds",
                        "Time from when a Kafka request is looked at to its answer's way out, with what it waited for on purpose.",
                        labels,
                        answered[api.ordinal()].distribution()));
            }
        }
    }
}
