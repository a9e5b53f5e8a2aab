package io.sluice.common;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations, counted in few buckets. Any thread records, without allocating or waiting; any thread reads, and may miss what
 * is recorded meanwhile.
 */
public final class Histogram {
    private static final double NANOSECONDS = 1e9;
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;

    /** From a quick answer out of memory to a disk in trouble. */
    private static final long[] LATENCIES = {
        100 * MICROSECOND,
        250 * MICROSECOND,
        500 * MICROSECOND,
        MILLISECOND,
        2_500 * MICROSECOND,
        5 * MILLISECOND,
        10 * MILLISECOND,
        25 * MILLISECOND,
        50 * MILLISECOND,
        100 * MILLISECOND,
        250 * MILLISECOND,
        500 * MILLISECOND,
        1_000 * MILLISECOND,
        2_500 * MILLISECOND,
        10_000 * MILLISECOND
    };

    private final long[] upperBoundsNs;
    private final AtomicLongArray counts;
    private final LongAdder sumNs = new LongAdder();

    private Histogram(long[] upperBoundsNs) {
        this.upperBoundsNs = upperBoundsNs;
        this.counts = new AtomicLongArray(upperBoundsNs.length + 1);
    }

    /** For times from 0.1 ms to 10 s, in 16 buckets. */
    public static Histogram ofLatencies() {
        return new Histogram(LATENCIES);
    }

    /** Counts one duration; a clock that went back counts as none. */
    public void record(long durationNs) {
        int bucket = 0;
        while (bucket < upperBoundsNs.length && durationNs > upperBoundsNs[bucket]) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        sumNs.add(Math.max(0, durationNs));
    }

    /** What was counted so far, in seconds. */
    public Distribution distribution() {
        double[] upperBounds = new double[upperBoundsNs.length];
        for (int i = 0; i < upperBounds.length; i++) {
            upperBounds[i] = upperBoundsNs[i] / NANOSECONDS;
        }
        long[] counted = new long[counts.length()];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = counts.get(i);
        }
        return new Distribution(upperBounds, counted, sumNs.sum() / NANOSECONDS);
    }
}
