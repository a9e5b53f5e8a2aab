package io.sluice.broker.read;

import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What readers got since the start. Any thread. */
public final class ReadCounters implements MetricSource {
    private final LongAdder tailBytes = new LongAdder();
    private final LongAdder diskBytes = new LongAdder();

    /** All zero. */
    public ReadCounters() {}

    void readFromMemory(long lengthBytes) {
        tailBytes.add(lengthBytes);
    }

    void readBlocking(long lengthBytes) {
        diskBytes.add(lengthBytes);
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        long tail = tailBytes.sum();
        long disk = diskBytes.sum();
        consumer.accept(Metric.counter("sluice_read_bytes_total", "Bytes of batches given to readers.", tail + disk));
        consumer.accept(Metric.counter(
                "sluice_read_tail_bytes_total", "Bytes of batches given to readers from memory at once.", tail));
    }
}
