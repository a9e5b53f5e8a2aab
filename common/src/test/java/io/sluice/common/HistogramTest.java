package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class HistogramTest {
    private final Histogram histogram = Histogram.ofLatencies();

    @Test
    void aDurationFallsIntoTheFirstBucketThatReachesIt() {
        histogram.record(100_000);
        histogram.record(100_001);
        histogram.record(-5);

        long[] counts = histogram.distribution().counts();
        assertThat(counts[0]).isEqualTo(2);
        assertThat(counts[1]).isEqualTo(1);
    }

    @Test
    void whatIsLongerThanEveryBoundIsCountedToo() {
        histogram.record(60_000_000_000L);

        Distribution distribution = histogram.distribution();
        assertThat(distribution.counts()[distribution.upperBounds().length]).isEqualTo(1);
        assertThat(distribution.count()).isEqualTo(1);
        assertThat(distribution.sum()).isCloseTo(60, within(1e-9));
    }

    @Test
    void boundsAreSecondsAndRise() {
        double[] bounds = histogram.distribution().upperBounds();

        assertThat(bounds).isSorted();
        assertThat(bounds[0]).isEqualTo(0.0001);
        assertThat(bounds[bounds.length - 1]).isEqualTo(10);
    }
}
