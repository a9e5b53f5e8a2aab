package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.raft.ClusterUnderTest.NodeUnderTest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that has lost its journal is filled again by the others, and has no say before. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class QuarantineTest {
    /** Some election timeouts: whoever could lead would. */
    private static final long ELECTIONS_NS = TimeUnit.SECONDS.toNanos(4);

    private static boolean isQuarantined(NodeUnderTest node) {
        return node.journal().quarantine().isPresent();
    }

    private static int followerOf(ClusterUnderTest cluster) {
        int leader = cluster.awaitLeader().nodeId();
        return cluster.nodeIds().stream().filter(id -> id != leader).findFirst().orElseThrow();
    }

    /** Where nobody reaches it at first: it would be filled before anybody has looked. */
    private static void startQuarantined(ClusterUnderTest cluster, int id) {
        cluster.network().isolate(id);
        cluster.start(id);
        assertThat(isQuarantined(cluster.node(id))).isTrue();
        cluster.network().heal();
    }

    private static void awaitEnd(NodeUnderTest node) {
        ClusterUnderTest.await("its quarantine is over", () -> !isQuarantined(node));
    }

    /** Each of the others must be able to do without each of the rest. */
    private static void killInTurn(ClusterUnderTest cluster) {
        for (int killed : cluster.nodeIds()) {
            cluster.awaitLeader();
            cluster.crash(killed, true);
            cluster.commit(20);
            cluster.start(killed);
            cluster.awaitAgreement();
        }
    }

    @Test
    void aDamagedBlockComesAgainAndTheMemberCountsAgain() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(1, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.commitInBlocksOf(damaged);
            cluster.crash(damaged, false);
            cluster.damageJournal(damaged);
            cluster.commit(20);

            startQuarantined(cluster, damaged);
            NodeUnderTest repaired = cluster.node(damaged);
            cluster.commit(20);
            awaitEnd(repaired);

            cluster.awaitAgreement();
            assertThat(cluster.disk(damaged).list(ClusterUnderTest.DIRECTORY))
                    .contains("journal.damaged-1")
                    .doesNotContain("quarantine");
            killInTurn(cluster);
        }
    }

    @Test
    void aJournalThatIsGoneComesAgain() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(2, 3)) {
            cluster.commit(50);
            int damaged = cluster.awaitLeader().nodeId();
            cluster.crash(damaged, true);
            cluster.deleteJournal(damaged);

            startQuarantined(cluster, damaged);
            NodeUnderTest repaired = cluster.node(damaged);
            awaitEnd(repaired);

            cluster.awaitAgreement();
            killInTurn(cluster);
        }
    }

    /** What one of the others missed only the damaged member and a dead one have promised: nobody may lead without it. */
    @Test
    void nobodyLeadsByItsVoteWithoutWhatItHasForgotten() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(3, 3)) {
            cluster.commit(10);
            int leader = cluster.awaitLeader().nodeId();
            List<Integer> others =
                    cluster.nodeIds().stream().filter(id -> id != leader).toList();
            int damaged = others.getFirst();
            int behind = others.getLast();
            cluster.commitInBlocksOf(damaged);
            cluster.crash(behind, true);
            cluster.commit(50);
            cluster.crash(damaged, true);
            cluster.crash(leader, true);
            cluster.damageJournal(damaged);

            cluster.start(damaged);
            cluster.start(behind);
            LockSupport.parkNanos(ELECTIONS_NS);
            for (int id : cluster.nodeIds()) {
                assertThat(cluster.node(id).leads()).as("node %d leads", id).isFalse();
            }
            assertThat(isQuarantined(cluster.node(damaged))).isTrue();

            cluster.start(leader);
            cluster.commit(20);
            awaitEnd(cluster.node(damaged));
            cluster.awaitAgreement();
            killInTurn(cluster);
        }
    }

    /** Its checkpoint has that entry; another member that lags may want it nevertheless. */
    @Test
    void damageOfWhatOnlyOthersWantIsNoticed() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(9, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.commitInBlocksOf(damaged);
            RaftJournal journal = cluster.node(damaged).journal();
            ClusterUnderTest.await(
                    "it has them", () -> cluster.node(damaged).numbers().containsAll(cluster.acknowledged()));
            long checkpoint = journal.lastIndex();
            journal.checkpointed(checkpoint);
            ClusterUnderTest.await("recorded", () -> journal.recordedIndex() == checkpoint);
            cluster.crash(damaged, false);
            cluster.damageJournal(damaged);

            startQuarantined(cluster, damaged);
            cluster.commit(20);

            awaitEnd(cluster.node(damaged));
        }
    }

    @Test
    void itOutlivesRestarts() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(4, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.commitInBlocksOf(damaged);
            for (int id : cluster.nodeIds()) {
                cluster.crash(id, true);
            }
            cluster.damageJournal(damaged);

            for (boolean powerFails : List.of(true, false, true)) {
                cluster.start(damaged);
                assertThat(isQuarantined(cluster.node(damaged))).isTrue();
                cluster.crash(damaged, powerFails);
            }
            assertThat(cluster.disk(damaged).list(ClusterUnderTest.DIRECTORY))
                    .contains("journal.damaged-1")
                    .doesNotContain("journal.damaged-2");

            List.of(1, 2, 3).forEach(cluster::start);
            awaitEnd(cluster.node(damaged));
            cluster.awaitAgreement();
        }
    }

    /** Its mark is there before the journal is gone, whenever the power fails between. */
    @Test
    void itBeginsBeforeTheJournalIsSetAside() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(5, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.crash(damaged, true);
            QuarantineMark.set(cluster.disk(damaged), ClusterUnderTest.DIRECTORY, "as if it had ended behind the mark");
            cluster.deleteJournal(damaged);

            startQuarantined(cluster, damaged);
            awaitEnd(cluster.node(damaged));
            cluster.awaitAgreement();
        }
    }

    @Test
    void aMemberThatLostItsVoteTooIsRefused() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(6, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.commitInBlocksOf(damaged);
            cluster.crash(damaged, false);
            cluster.damageJournal(damaged);
            cluster.disk(damaged).flipByte(ClusterUnderTest.DIRECTORY.resolve("vote"), 25, (byte) 1);
            cluster.disk(damaged).flipByte(ClusterUnderTest.DIRECTORY.resolve("vote"), 4096 + 25, (byte) 1);

            assertThatThrownBy(() -> cluster.start(damaged))
                    .isInstanceOf(DamagedJournalException.class)
                    .hasMessageContaining("vote");
            assertThat(cluster.disk(damaged).list(ClusterUnderTest.DIRECTORY))
                    .contains("journal")
                    .doesNotContain("quarantine");
        }
    }

    @Test
    void nobodyHandsItTheLeadership() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(7, 3)) {
            cluster.commit(50);
            int damaged = followerOf(cluster);
            cluster.crash(damaged, false);
            // It cannot be told what it lacks, so that it stays as it is.
            QuarantineMark.set(cluster.disk(damaged), ClusterUnderTest.DIRECTORY, "for the test");
            cluster.nodeIds().forEach(id -> cluster.node(id).forgetLogEnd());
            cluster.start(damaged);
            ClusterUnderTest.await(
                    "it follows", () -> cluster.node(damaged).journal().leader().isPresent());
            ClusterUnderTest.await(
                    "it has everything", () -> cluster.node(damaged).numbers().containsAll(cluster.acknowledged()));

            ClusterUnderTest.await(
                    "a leader hands over", () -> cluster.awaitLeader().journal().handLeadershipTo(damaged));
            LockSupport.parkNanos(ELECTIONS_NS / 2);

            assertThat(cluster.node(damaged).leads()).isFalse();
            assertThat(isQuarantined(cluster.node(damaged))).isTrue();
            cluster.commit(10);
        }
    }
}
