package io.sluice.protocol.kafka;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** How often and how long clients had to rest because of quotas. Event loops add, any thread reads. */
final class ThrottleCounters implements MetricSource {
    private static final double SECOND_MS = 1_000;
    private final LongAdder requests = new LongAdder();
    private final LongAdder restMs = new LongAdder();

    void throttled(int ms) {
        requests.increment();
        restMs.add(ms);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_kafka_throttled_requests_total",
                "Requests after which a client had to rest because of a quota.",
                requests.sum()));
        consumer.accept(Metric.counter(
                "sluice_kafka_throttle_seconds_total",
                "Time for which quotas made clients rest, as told to them.",
                restMs.sum() / SECOND_MS));
    }
}
