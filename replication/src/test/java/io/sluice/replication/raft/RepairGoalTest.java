package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replication.raft.LogEnds.LogEnd;
import io.sluice.replication.raft.ModelledGroup.Member;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a member that lost its log may vote again: tried on a model, beside one that is not enough. */
class RepairGoalTest {
    private static final int SEEDS = 4_000;
    private static final int STEPS = 4_000;

    @Test
    void withoutAWordOfALeaderItIsNeverReached() {
        RepairGoal goal = RepairGoal.of(3).heard(LogEnd.OF_NO_LEADER);

        assertThat(goal.isReached(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aLeaderOfAnOlderTermSaysNothing() {
        assertThat(RepairGoal.of(3).heard(new LogEnd(2, 10)).isReached(100)).isFalse();
        assertThat(RepairGoal.of(3).heard(new LogEnd(3, 10)).isReached(10)).isTrue();
        assertThat(RepairGoal.of(3).heard(new LogEnd(3, 10)).isReached(9)).isFalse();
    }

    @Test
    void theSmallestBoundIsEnough() {
        RepairGoal goal = RepairGoal.of(3)
                .heard(new LogEnd(3, 20))
                .heard(new LogEnd(4, 10))
                .heard(new LogEnd(5, 30));

        assertThat(goal.isReached(10)).isTrue();
    }

    /** How often somebody was elected without what had been committed; of all seeds, each up to the first time. */
    private static int lost(int size, ToLongFunction<Member> bound) {
        int lost = 0;
        int releases = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            ModelledGroup group = new ModelledGroup(seed, size, bound);
            for (int step = 0; step < STEPS && group.lost() == 0; step++) {
                group.step();
            }
            lost += group.lost();
            releases += group.releases();
        }
        assertThat(releases).as("quarantines that ended").isGreaterThan(SEEDS / 5);
        return lost;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void nobodyIsElectedWithoutWhatIsCommitted(int size) {
        assertThat(lost(size, Member::lastIndex)).isZero();
    }

    @Test
    void whatALeaderKnowsAsCommittedWouldNotBeEnough() {
        assertThat(lost(3, Member::commitIndex)).isPositive();
    }
}
