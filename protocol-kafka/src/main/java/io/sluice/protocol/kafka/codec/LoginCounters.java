package io.sluice.protocol.kafka.codec;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * How the logins of one listener end, by mechanism. What clients call mechanisms that are not offered has no name here,
 * for anybody may send any. Any thread.
 */
public final class LoginCounters implements MetricSource {
    private static final String NOT_OFFERED = "(other)";

    private final Map<String, Counts> byMechanism = new TreeMap<>();

    /** Begins at 0 for each mechanism that is offered; counts nothing where none is. */
    public LoginCounters(Collection<String> offered) {
        offered.forEach(mechanism -> byMechanism.put(mechanism, new Counts()));
        if (!offered.isEmpty()) {
            byMechanism.put(NOT_OFFERED, new Counts());
        }
    }

    private record Counts(LongAdder succeeded, LongAdder failed) {
        Counts() {
            this(new LongAdder(), new LongAdder());
        }
    }

    void succeeded(String mechanism) {
        Counts counts = byMechanism.get(mechanism);
        if (counts != null) {
            counts.succeeded().increment();
        }
    }

    void failed(String mechanism) {
        Counts counts = byMechanism.getOrDefault(mechanism, byMechanism.get(NOT_OFFERED));
        if (counts != null) {
            counts.failed().increment();
        }
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        byMechanism.forEach((mechanism, counts) -> {
            Map<String, String> labels = Map.of("mechanism", mechanism);
            if (!mechanism.equals(NOT_OFFERED)) {
                consumer.accept(new Metric(
                        "sluice_kafka_logins_total",
                        Metric.Kind.COUNTER,
                        "Logins that succeeded, renewals included.",
                        labels,
                        counts.succeeded().sum()));
            }
            consumer.accept(new Metric(
                    "sluice_kafka_login_failures_total",
                    Metric.Kind.COUNTER,
                    "Logins that failed; (other) = by a mechanism that is not offered.",
                    labels,
                    counts.failed().sum()));
        });
    }
}
