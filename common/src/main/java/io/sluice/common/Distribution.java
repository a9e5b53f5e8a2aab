package io.sluice.common;

import java.util.Arrays;

/**
 * What a {@link Histogram} counted up to one moment.
 *
 * @param upperBounds of all buckets but the last, which has none; rising
 * @param counts of each bucket alone, one more than there are bounds
 * @param sum of everything counted, in the unit of the bounds
 */
public record Distribution(double[] upperBounds, long[] counts, double sum) {
    /** Checks the lengths. */
    public Distribution {
        Check.check(counts.length == upperBounds.length + 1, "a distribution has one count more than bounds");
    }

    /** How often something was counted. */
    public long count() {
        return Arrays.stream(counts).sum();
    }
}
