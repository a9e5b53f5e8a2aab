package io.sluice.cli.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a load did so far; any thread may count and read. */
final class LoadCounters {

    private final LongAdder records = new LongAdder();
    private final LongAdder sizeBytes = new LongAdder();
    private final LatencyHistogram histogram = new LatencyHistogram();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /** Counts one record that took {@code latencyNs}. */
    void add(long recordBytes, long latencyNs) {
        records.increment();
        sizeBytes.add(recordBytes);
        histogram.record(latencyNs);
    }

    /** Counts records whose latency nobody knows one by one, and the time they took together. */
    void addAll(long count, long totalBytes, long latencyNs) {
        records.add(count);
        sizeBytes.add(totalBytes);
        histogram.record(latencyNs);
    }

    /** Keeps the first failure. */
    void fail(Exception reason) {
        failure.compareAndSet(null, reason);
    }

    @Nullable
    Exception failure() {
        return failure.get();
    }

    long records() {
        return records.sum();
    }

    long sizeBytes() {
        return sizeBytes.sum();
    }

    Latencies latencies() {
        return histogram.latencies();
    }
}
