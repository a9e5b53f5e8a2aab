package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The entry with which a leadership begins here, and a journal that leads and has no room for it. */
class LeadershipMarkTest {
    private static final long TERM = 3;

    private final ShardUnderTest shard =
            new ShardUnderTest(new SimulatedDisk(new SplittableRandom(1)), new SimulatedClock(), 1 << 20);
    private final List<Long> elected = new ArrayList<>();
    private final List<Long> won = new ArrayList<>();

    private final class Marking implements ApplyLoop.Election {
        @Override
        public PendingEntry elected(long term) {
            elected.add(term);
            shard.queue().accept(term);
            return shard.queue().addMark();
        }

        @Override
        public void won(long term) {
            won.add(term);
        }

        @Override
        public void lost() {
            shard.queue().refuse();
        }

        @Override
        public void follows(long term, int leaderId) {}
    }

    private List<? extends Submission> taken() throws InterruptedException {
        return shard.queue().take(1 << 20, 0);
    }

    @Test
    void isSubmittedAgainWhileTheLeadershipLasts() throws InterruptedException {
        shard.loop().elect(new Marking(), false);
        shard.loop().leadershipWon(TERM);
        shard.runOnce();

        shard.loop().rejected(taken(), ErrorCode.NOT_LEADER_OR_FOLLOWER);
        shard.runOnce();

        assertThat(elected).containsExactly(TERM, TERM);
        Submission mark = taken().getFirst();
        shard.loop().committed(List.of(new CommittedEntry(1, TERM, mark.body(), mark)));
        shard.runOnce();
        assertThat(won).containsExactly(TERM);
    }

    @Test
    void isNotMissedOnceTheLeadershipIsLost() throws InterruptedException {
        shard.loop().elect(new Marking(), false);
        shard.loop().leadershipWon(TERM);
        shard.runOnce();
        List<? extends Submission> mark = taken();

        shard.loop().leadershipLost();
        shard.loop().rejected(mark, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        shard.runOnce();

        assertThat(elected).containsExactly(TERM);
        assertThat(won).isEmpty();
    }
}
