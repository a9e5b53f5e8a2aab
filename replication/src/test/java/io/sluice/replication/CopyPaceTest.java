package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SimulatedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CopyPaceTest {
    private static final long RATE = 1_000_000;

    private final SimulatedClock clock = new SimulatedClock();
    private final CopyPace pace = new CopyPace(clock, RATE);

    @Test
    void whoCopiesIsAsFastAsThePaceInTheLongRun() {
        long beganNs = clock.nanoTime();
        for (int i = 0; i < 100; i++) {
            clock.advanceMs(3);
            clock.advanceMs(Math.max(0, pace.restNs(RATE / 100) / 1_000_000));
        }
        assertThat(Duration.ofNanos(clock.nanoTime() - beganNs)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void severalShareIt() {
        long first = pace.restNs(RATE);
        long second = pace.restNs(RATE);

        assertThat(Duration.ofNanos(first)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(second)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void whoIsLateGoesOnFasterForAMomentOnly() {
        clock.advanceMs(3_600_000);

        assertThat(Duration.ofNanos(pace.restNs(RATE / 10))).isNegative();
        assertThat(Duration.ofNanos(pace.restNs(RATE))).isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
    }
}
