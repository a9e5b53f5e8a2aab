package io.sluice.cli.load;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Latencies in buckets of at most 1.6 % width, from 1 µs to hours.
 *
 * <pre>
 *   0 1 2 … 63 | 64 65 … 127 | 128 130 … 254 | 256 260 …    µs, lower bound of each bucket
 *   width 1      width 1        width 2         width 4
 * </pre>
 *
 * Any thread may count and read; a reading meanwhile may miss what is being counted.
 */
final class LatencyHistogram {

    private static final int SUB_BITS = 6;
    private static final int SUB_COUNT = 1 << SUB_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUB_COUNT;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    /** Counts one latency. */
    void record(long latencyNs) {
        counts.incrementAndGet(bucketOf(Math.max(0, latencyNs / 1_000)));
    }

    /** What was counted so far. */
    Latencies latencies() {
        long[] copy = new long[BUCKETS];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            copy[bucket] = counts.get(bucket);
        }
        return new Latencies(copy);
    }

    private static int bucketOf(long us) {
        if (us < SUB_COUNT) {
            return (int) us;
        }
        int shift = Long.SIZE - Long.numberOfLeadingZeros(us) - SUB_BITS - 1;
        return (shift + 1) * SUB_COUNT + (int) (us >>> shift) - SUB_COUNT;
    }

    /** The lowest latency, in microseconds, that falls into {@code bucket}. */
    static long lowerBoundUs(int bucket) {
        if (bucket < SUB_COUNT) {
            return bucket;
        }
        int shift = bucket / SUB_COUNT - 1;
        return (long) (bucket % SUB_COUNT + SUB_COUNT) << shift;
    }
}
