package io.sluice.broker.append;

import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What was appended and what was refused since the start. Any thread. */
public final class AppendCounters implements MetricSource {
    private final LongAdder bytes = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder[] failures = new LongAdder[ErrorCode.values().length];

    /** All zero. */
    public AppendCounters() {
        for (int i = 0; i < failures.length; i++) {
            failures[i] = new LongAdder();
        }
    }

    /** Batches acknowledged so far. */
    public long batchCount() {
        return batches.sum();
    }

    void appended(int lengthBytes, int recordCount) {
        bytes.add(lengthBytes);
        batches.increment();
        records.add(recordCount);
    }

    void failed(ErrorCode error) {
        failures[error.ordinal()].increment();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_appended_bytes_total", "Bytes of batches acknowledged to producers.", bytes.sum()));
        consumer.accept(
                Metric.counter("sluice_appended_batches_total", "Batches acknowledged to producers.", batches.sum()));
        consumer.accept(
                Metric.counter("sluice_appended_records_total", "Records acknowledged to producers.", records.sum()));
        for (ErrorCode error : ErrorCode.values()) {
            long count = failures[error.ordinal()].sum();
            if (count > 0) {
                consumer.accept(new Metric(
                        "sluice_failed_appends_total",
                        Metric.Kind.COUNTER,
                        "Batches that were not appended, by the error they were answered with.",
                        Map.of("error", error.name().toLowerCase(Locale.ROOT)),
                        count));
            }
        }
    }
}
