package io.sluice.bench;

import java.util.stream.DoubleStream;

/**
 * A figure over the rounds.
 *
 * @param median of all
 * @param least of all
 * @param greatest of all
 */
record Spread(double median, double least, double greatest) {
    /** Of at least one value. */
    static Spread of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The median, and between which values the rounds were. */
    String words() {
        return "%s (%s..%s)".formatted(number(median), number(least), number(greatest));
    }

    /** A figure with about three digits that count. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1_000) {
            return "%,.0f".formatted(value);
        }
        return size >= 100 ? "%.0f".formatted(value) : "%.2f".formatted(value);
    }
}
