package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BrokenInvariantException;
import org.junit.jupiter.api.Test;

/**
 * Thousands of seeded schedules on a disk that keeps only what it promised. {@code -Dsluice.schedules=N} runs more,
 * {@code -Dsluice.seed=S -Dsluice.schedules=1} replays the one a failure names.
 */
class JournalCrashTest {
    private static final long FIRST_SEED = Long.getLong("sluice.seed", 1);
    private static final int SCHEDULES = Integer.getInteger("sluice.schedules", 300);

    @Test
    void acknowledgedEntriesSurviveEveryCrash() {
        int opens = 0;
        int fulls = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            JournalSchedule schedule = new JournalSchedule(seed);
            try {
                schedule.run();
            } catch (RuntimeException e) {
                throw new AssertionError("failed with -Dsluice.schedules=1 -Dsluice.seed=" + seed, e);
            }
            opens += schedule.openCount();
            fulls += schedule.fullCount();
        }
        assertThat(opens).as("schedules that reach something").isGreaterThan(SCHEDULES * 2);
        assertThat(SCHEDULES < 100 || fulls > 0).as("the budget is reached").isTrue();
    }

    /** The control: if syncs did nothing, the schedules would notice. */
    @Test
    void aDiskThatIgnoresSyncsIsFoundOut() {
        int caught = 0;
        for (long seed = 1; seed <= 60; seed++) {
            try {
                new JournalSchedule(seed).ignoringSyncs().run();
            } catch (BrokenInvariantException | DamagedJournalException e) {
                caught++;
            }
        }
        assertThat(caught).isGreaterThan(20);
    }
}
