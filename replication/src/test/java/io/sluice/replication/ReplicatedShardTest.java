package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.replication.NodesUnderTest.NodeUnderTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shard that three nodes of one process keep together. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReplicatedShardTest {
    @Test
    void anotherNodeGoesOnWhenTheLeaderDiesAndNothingAcknowledgedIsLost() {
        try (NodesUnderTest nodes = new NodesUnderTest(1, 3)) {
            nodes.append(0, 100);
            nodes.count(5);
            NodeUnderTest first = nodes.awaitLeader();
            int epoch = first.partition(0).leaderEpoch();
            nodes.appendAt(first, 1, 20);

            nodes.kill(first.nodeId(), true);

            nodes.append(0, 100);
            nodes.count(5);
            assertThat(nodes.awaitLeader().partition(0).leaderEpoch()).isGreaterThan(epoch);
            nodes.start(first.nodeId());
            nodes.awaitAgreement();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenAllLosePowerAtOnce() {
        try (NodesUnderTest nodes = new NodesUnderTest(2, 3)) {
            nodes.append(0, 200);
            nodes.append(1, 50);
            nodes.count(5);
            nodes.appendAt(nodes.awaitLeader(), 1, 20);

            List<Integer> all = nodes.running();
            all.forEach(nodeId -> nodes.kill(nodeId, true));
            all.forEach(nodes::start);

            nodes.awaitAgreement();
        }
    }

    @Test
    void aFollowerServesWhatIsCommittedAndTakesNothing() {
        try (NodesUnderTest nodes = new NodesUnderTest(3, 3)) {
            nodes.append(0, 30);
            NodeUnderTest leader = nodes.awaitLeader();
            NodeUnderTest follower = nodes.anyFollower();

            NodesUnderTest.await(
                    "it has all",
                    () -> follower.partition(0).endOffset()
                            == leader.partition(0).endOffset());
            assertThat(Batches.readAll(follower.partition(0))).isEqualTo(Batches.readAll(leader.partition(0)));
            assertThat(follower.partition(0).isLeading()).isFalse();
            assertThat(follower.partition(0).leaderEpoch())
                    .isEqualTo(leader.partition(0).leaderEpoch());
            assertThat(follower.shard().leadership().leaderId()).isEqualTo(leader.nodeId());
            assertThat(appended(follower)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            assertThat(follower.shard()
                            .propose(new ControlEntry.AdvanceStart(NodesUnderTest.TOPIC, 0, 1))
                            .join())
                    .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    private static ErrorCode appended(NodeUnderTest node) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        node.shard()
                .append(
                        node.partition(0),
                        Batches.of("not taken"),
                        Runnable::run,
                        (error, base, start) -> answer.complete(error));
        return answer.join();
    }

    /** Who waits at the old leader is told, and what it could not commit is not there afterwards. */
    @Test
    void aLeaderThatIsCutOffPromisesNothingAndFollowsTheNext() {
        try (NodesUnderTest nodes = new NodesUnderTest(4, 3)) {
            nodes.append(0, 10);
            NodeUnderTest first = nodes.awaitLeader();
            nodes.network().isolate(first.nodeId());
            assertThat(appended(first)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);

            nodes.append(0, 50);
            nodes.network().heal();

            nodes.awaitAgreement();
            assertThat(Batches.readAll(first.partition(0))).doesNotContain("not taken");
        }
    }

    @Test
    void aNodeThatStopsHandsTheLeadershipOver() {
        try (NodesUnderTest nodes = new NodesUnderTest(5, 3)) {
            nodes.append(0, 20);
            NodeUnderTest first = nodes.awaitLeader();
            CompletableFuture<Long> stoppedNs = new CompletableFuture<>();
            first.shard().onLeadership(now -> {
                if (!now.isHere()) {
                    stoppedNs.complete(System.nanoTime());
                }
            });

            nodes.stop(first.nodeId());

            assertThat(stoppedNs).isDone();
            nodes.append(0, 20);
            nodes.start(first.nodeId());
            nodes.awaitAgreement();
        }
    }

    @Test
    void recordsThatAreDamagedOnANodeComeAgainFromAnother() {
        try (NodesUnderTest nodes = new NodesUnderTest(17, 3)) {
            nodes.append(0, 600);
            nodes.awaitAgreement();
            int damaged = nodes.anyFollower().nodeId();
            nodes.stopAndDamage(damaged, 20_000);
            nodes.start(damaged);
            PartitionReplica replica = nodes.node(damaged).partition(0);
            assertThatThrownBy(() -> Batches.readAll(replica)).isInstanceOf(DamagedLogException.class);

            NodesUnderTest.await("it has all again", () -> isReadable(replica));

            // It is read before whoever mended it has counted it.
            NodesUnderTest.await("it is counted", () -> nodes.node(damaged).metric("sluice_mended_ranges_total") == 1);
            assertThat(nodes.node(damaged).metric("sluice_damaged_ranges")).isZero();
            nodes.awaitAgreement();
        }
    }

    private static boolean isReadable(PartitionReplica replica) {
        try {
            return !Batches.readAll(replica).isEmpty();
        } catch (DamagedLogException notYet) {
            return false;
        }
    }

    @Test
    void aShardOfOneNodeGrowsToThreeAndOutlivesTheFirst() {
        try (NodesUnderTest nodes = new NodesUnderTest(6, 1)) {
            nodes.append(0, 50);
            nodes.startEmpty(2);
            nodes.startEmpty(3);

            nodes.makeMembers(1, 2, 3);
            nodes.append(0, 20);
            nodes.awaitAgreement();
            nodes.kill(1, true);

            nodes.append(0, 20);
            nodes.awaitAgreement();
            assertThat(nodes.awaitLeader().shard().members()).containsExactly(1, 2, 3);
        }
    }

    /** Where a journal has no room a node waits, and the others go on. */
    @Test
    void aFollowerWithAFullDiskHoldsNobodyUp() {
        try (NodesUnderTest nodes = new NodesUnderTest(10, 3)) {
            nodes.append(0, 20);
            NodeUnderTest follower = nodes.anyFollower();
            nodes.fillDisk(follower.nodeId(), 300 << 10);

            nodes.append(0, 1_000);
            nodes.emptyDisk(follower.nodeId());

            nodes.awaitAgreement();
        }
    }

    @Test
    void aLeaderWithAFullDiskLetsAnotherLead() {
        try (NodesUnderTest nodes = new NodesUnderTest(11, 3)) {
            nodes.append(0, 20);
            NodeUnderTest first = nodes.awaitLeader();

            nodes.fillDisk(first.nodeId(), 300 << 10);

            NodesUnderTest.await("another leads", () -> nodes.awaitLeader().nodeId() != first.nodeId());
            nodes.append(0, 100);
            nodes.emptyDisk(first.nodeId());
            nodes.awaitAgreement();
        }
    }

    /** Its next entries are in nobody's journal any more. */
    @Test
    void aNodeThatWasAwayForLongTakesTheStateOfAnother() {
        try (NodesUnderTest nodes = new NodesUnderTest(8, 3)) {
            nodes.append(0, 20);
            int away = nodes.anyFollower().nodeId();
            nodes.kill(away, true);
            nodes.count(3);
            nodes.appendThrough(8);

            nodes.start(away);

            nodes.awaitAgreement();
            assertThat(nodes.node(away).installed()).isTrue();
        }
    }

    @Test
    void aNodeThatIsAddedLateTakesTheStateOfAnother() {
        try (NodesUnderTest nodes = new NodesUnderTest(9, 1)) {
            nodes.appendThrough(8);
            nodes.count(3);
            nodes.startEmpty(2);

            nodes.makeMembers(1, 2);

            nodes.awaitAgreement();
            assertThat(nodes.node(2).installed()).isTrue();
        }
    }

    @Test
    void aDirectoryOfAnotherNodeIsRefused() {
        try (NodesUnderTest nodes = new NodesUnderTest(7, 1)) {
            nodes.stop(1);

            assertThatThrownBy(() -> nodes.startAs(1, 2))
                    .isInstanceOf(UnusableDirectoryException.class)
                    .hasMessageContaining("belongs to node 1");
        }
    }

    @Test
    void afterManyFaultsAllNodesAgreeAndKeepWhatWasAcknowledged() {
        long first = Long.getLong("sluice.seed", 21);
        for (long seed = first; seed < first + Integer.getInteger("sluice.schedules", 1); seed++) {
            try (NodesUnderTest nodes = new NodesUnderTest(seed, 3)) {
                for (int step = 0; step < 8; step++) {
                    misfortune(nodes);
                    LockSupport.parkNanos(1_000_000L * nodes.random().nextInt(300));
                    mend(nodes);
                    nodes.append(
                            nodes.random().nextInt(NodesUnderTest.PARTITIONS),
                            1 + nodes.random().nextInt(40));
                    nodes.count(1);
                }
                List.of(1, 2, 3).stream()
                        .filter(id -> !nodes.running().contains(id))
                        .forEach(nodes::start);
                nodes.awaitAgreement();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("failed with -Dsluice.schedules=1 -Dsluice.seed=" + seed, failed);
            }
        }
    }

    private static void misfortune(NodesUnderTest nodes) {
        int nodeId = nodes.running().get(nodes.random().nextInt(nodes.running().size()));
        nodes.appendAt(nodes.node(nodeId), 0, nodes.random().nextInt(10));
        switch (nodes.random().nextInt(4)) {
            case 0 -> nodes.network().isolate(nodeId);
            case 1 -> nodes.network().tearSome();
            default -> nodes.kill(nodeId, nodes.random().nextBoolean());
        }
    }

    /** A majority must be there, or nothing goes on. */
    private static void mend(NodesUnderTest nodes) {
        nodes.network().heal();
        for (int nodeId = 1; nodeId <= 3 && nodes.running().size() < 3; nodeId++) {
            if (!nodes.running().contains(nodeId)
                    && (nodes.running().size() < 2 || nodes.random().nextBoolean())) {
                nodes.start(nodeId);
            }
        }
    }
}
