package io.sluice.broker.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.Clock;
import io.sluice.common.SimulatedClock;
import io.sluice.replication.CompactionStoppedException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final double UNLIMITED = Double.MAX_VALUE;

    private final SimulatedClock clock = new SimulatedClock();
    private long appended;

    @Test
    void bytesTakeTheirTime() {
        Pace pace = new Pace(clock, () -> 1_000_000, () -> appended);

        assertThat(pace.restMs(500_000)).isEqualTo(500);
        clock.advanceMs(500);
        assertThat(pace.restMs(100_000)).isEqualTo(100);
    }

    @Test
    void timeThatWasNotUsedIsNoCredit() {
        Pace pace = new Pace(clock, () -> 1_000_000, () -> appended);
        clock.advanceMs(60_000);

        assertThat(pace.restMs(1_000_000)).isEqualTo(1_000);
    }

    @Test
    void itRestsAsLongAsItWorksWhileThereAreAppends() {
        Pace pace = new Pace(clock, () -> UNLIMITED, () -> appended);

        clock.advanceMs(7);
        assertThat(pace.restMs(1 << 20)).as("nobody appends").isZero();
        appended++;
        clock.advanceMs(2);
        assertThat(pace.restMs(1 << 20)).isEqualTo(9);
    }

    @Test
    void shortWorkIsPutTogether() {
        Pace pace = new Pace(clock, () -> UNLIMITED, () -> ++appended);

        clock.advanceMs(3);
        pace.done(1 << 20);
        clock.advanceMs(3);
        assertThat(pace.restMs(1 << 20)).isEqualTo(6);
    }

    @Test
    void anotherRateCountsAtOnce() {
        AtomicInteger asked = new AtomicInteger();
        Pace pace = new Pace(new Hurrying(), () -> asked.incrementAndGet() <= 2 ? 1 : UNLIMITED, () -> appended);

        pace.done(1 << 20);

        assertThat(asked).as("it would rest for twelve days").hasValue(3);
        assertThat(pace.restMs(1 << 20)).isZero();
    }

    /** A clock by which every wait is over when it is looked at again. */
    private static final class Hurrying implements Clock {
        private long nowNs;

        @Override
        public long wallMs() {
            return nowNs / 1_000_000;
        }

        @Override
        public long nanoTime() {
            nowNs += 1_000_000_000;
            return nowNs;
        }
    }

    @Test
    void aStopEndsTheWork() {
        Pace pace = new Pace(clock, () -> UNLIMITED, () -> appended);
        pace.stop();

        assertThatThrownBy(() -> pace.done(0)).isInstanceOf(CompactionStoppedException.class);
    }
}
