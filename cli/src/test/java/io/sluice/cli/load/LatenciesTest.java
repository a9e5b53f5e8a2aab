package io.sluice.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Property
    void aPercentileIsAtMostOneAndAHalfPercentAndAMicrosecondBelowTheTruth(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(min = 0, max = 100_000_000_000L) Long> latenciesNs,
            @ForAll @LongRange(min = 1, max = 100) long percent) {
        LatencyHistogram histogram = new LatencyHistogram();
        latenciesNs.forEach(histogram::record);
        List<Long> sorted = latenciesNs.stream().sorted().toList();
        double truthMs = sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1) / 1e6;
        assertThat(histogram.latencies().percentileMs(percent))
                .isLessThanOrEqualTo(truthMs)
                .isGreaterThanOrEqualTo(truthMs * 0.984 - 0.001);
    }

    @Property
    void everyLatencyIsInTheMagnitudeOfItsBounds(@ForAll @LongRange(min = 0, max = 100_000_000_000L) long latencyNs) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(latencyNs);
        Latencies.Magnitude only = histogram.latencies().magnitudes().getLast();
        assertThat(only.count()).isEqualTo(1);
        assertThat(latencyNs / 1_000 / 1e3).isBetween(only.fromMs(), only.toMs());
    }

    @Test
    void magnitudesHaveNoGapsAndCountEverything() {
        LatencyHistogram histogram = new LatencyHistogram();
        Stream.of(900L, 5_000L, 5_000_000L).forEach(histogram::record);
        List<Latencies.Magnitude> magnitudes = histogram.latencies().magnitudes();
        assertThat(magnitudes.stream().mapToLong(Latencies.Magnitude::count).sum())
                .isEqualTo(3);
        for (int index = 1; index < magnitudes.size(); index++) {
            assertThat(magnitudes.get(index).fromMs())
                    .isEqualTo(magnitudes.get(index - 1).toMs());
        }
    }

    @Test
    void whatCameSinceIsWhatWasAdded() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(1_000_000);
        Latencies earlier = histogram.latencies();
        histogram.record(50_000_000);
        Latencies since = histogram.latencies().since(earlier);
        assertThat(since.count()).isEqualTo(1);
        assertThat(since.meanMs()).isCloseTo(50, within(1.0));
        assertThat(new LatencyHistogram().latencies().percentileMs(99)).isZero();
    }

    @Test
    void aRecordIsDueWhenThePaceSaysNotWhenThereIsTimeForIt() {
        AtomicLong nowNs = new AtomicLong(5_000);
        Pace pace = new Pace(nowNs::get, 1_000);
        nowNs.addAndGet(10_000_000);
        assertThat(List.of(pace.awaitNext(), pace.awaitNext(), pace.awaitNext()))
                .containsExactly(5_000L, 1_005_000L, 2_005_000L);
    }

    @Test
    void withoutARateARecordIsDueAtOnce() {
        AtomicLong nowNs = new AtomicLong(7);
        assertThat(new Pace(nowNs::get, 0).awaitNext()).isEqualTo(7);
    }
}
