package io.sluice.cli.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What a {@link LatencyHistogram} had counted at some moment; immutable. */
final class Latencies {

    /**
     * Latencies of one magnitude.
     *
     * @param fromMs the shortest of them
     * @param toMs the first that is too long, twice as long as the shortest
     * @param count how many there were
     */
    record Magnitude(double fromMs, double toMs, long count) {}

    private final long[] counts;
    private final long total;

    Latencies(long[] counts) {
        this.counts = counts;
        this.total = LongStream.of(counts).sum();
    }

    /** How many were counted. */
    long count() {
        return total;
    }

    /** Those that were counted since {@code earlier}. */
    Latencies since(Latencies earlier) {
        long[] difference = counts.clone();
        for (int bucket = 0; bucket < difference.length; bucket++) {
            difference[bucket] -= earlier.counts[bucket];
        }
        return new Latencies(difference);
    }

    /** The latency, in milliseconds, that {@code percent} of all do not exceed; 0 without any. */
    double percentileMs(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return LatencyHistogram.lowerBoundUs(bucket) / 1_000.0;
            }
        }
        return 0;
    }

    /** The mean of all in milliseconds, as exact as the buckets are; 0 without any. */
    double meanMs() {
        double sumUs = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            sumUs += (double) counts[bucket] * LatencyHistogram.lowerBoundUs(bucket);
        }
        return total == 0 ? 0 : sumUs / total / 1_000;
    }

    /** Counts by powers of two of microseconds, from the shortest to the longest without gaps. */
    List<Magnitude> magnitudes() {
        long[] byPower = new long[Long.SIZE];
        for (int bucket = 0; bucket < counts.length; bucket++) {
            byPower[power(LatencyHistogram.lowerBoundUs(bucket))] += counts[bucket];
        }
        List<Magnitude> magnitudes = new ArrayList<>();
        long seen = 0;
        for (int power = 0; power < Long.SIZE - 1 && seen < total; power++) {
            seen += byPower[power];
            if (seen > 0) {
                magnitudes.add(new Magnitude(fromMs(power), fromMs(power + 1), byPower[power]));
            }
        }
        return magnitudes;
    }

    /** 0 for less than 1 µs, 1 for 1, 2 for 2 and 3, 3 for 4 to 7 … */
    private static int power(long us) {
        return Long.SIZE - Long.numberOfLeadingZeros(us);
    }

    private static double fromMs(int power) {
        return power == 0 ? 0 : (1L << (power - 1)) / 1_000.0;
    }
}
