package io.sluice.bench.load;

/**
 * Latencies in buckets of at most 1.6 % width, from 1 µs to hours. Owner: one thread; it is read after that thread's end.
 */
public final class LatencyHistogram {
    private static final int SUB_BITS = 6;
    private static final int SUB_COUNT = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_COUNT];
    private long total;

    /** Counts one latency. */
    public void record(long latencyNs) {
        counts[bucketOf(Math.max(0, latencyNs / 1_000))]++;
        total++;
    }

    /** How many were counted. */
    public long count() {
        return total;
    }

    /** The latency, in milliseconds, that {@code percent} of all do not exceed; NaN without any. */
    public double percentileMs(double percent) {
        if (total == 0) {
            return Double.NaN;
        }
        long wanted = (long) Math.ceil(total * percent / 100);
        long seen = 0;
        int bucket = -1;
        while (seen < wanted) {
            bucket++;
            seen += counts[bucket];
        }
        return lowerBoundUs(bucket) / 1_000.0;
    }

    private static int bucketOf(long us) {
        if (us < SUB_COUNT) {
            return (int) us;
        }
        int shift = Long.SIZE - Long.numberOfLeadingZeros(us) - SUB_BITS - 1;
        return (shift + 1) * SUB_COUNT + (int) (us >>> shift) - SUB_COUNT;
    }

    private static long lowerBoundUs(int bucket) {
        if (bucket < SUB_COUNT) {
            return bucket;
        }
        int shift = bucket / SUB_COUNT - 1;
        return (long) (bucket % SUB_COUNT + SUB_COUNT) << shift;
    }
}
