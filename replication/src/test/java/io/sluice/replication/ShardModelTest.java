package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The shard's state by seed, on one thread, against a naive reference. {@code -Dsluice.schedules=N} runs more,
 * {@code -Dsluice.seed=S -Dsluice.schedules=1} replays the one a failure names.
 */
class ShardModelTest {
    private static final long FIRST_SEED = Long.getLong("sluice.seed", 1);
    private static final int SCHEDULES = Integer.getInteger("sluice.schedules", 300);

    @Test
    void theShardIsWhatItsEntriesSay() throws InterruptedException {
        int appended = 0;
        int replayed = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            ShardSchedule schedule = new ShardSchedule(seed);
            try {
                schedule.run();
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("failed with -Dsluice.schedules=1 -Dsluice.seed=" + seed, failure);
            }
            appended += schedule.appended();
            replayed += schedule.replayed();
        }
        assertThat(appended).as("appends that got an offset").isGreaterThan(SCHEDULES * 3);
        assertThat(replayed).as("entries replayed after crashes").isGreaterThan(SCHEDULES);
    }
}
