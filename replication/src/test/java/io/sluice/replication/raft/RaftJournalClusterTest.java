package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replication.raft.ClusterUnderTest.NodeUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes that keep one journal. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RaftJournalClusterTest {
    @Test
    void whatTheLeaderIsGivenIsCommittedOnAllNodesInOneOrder() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(1, 3)) {
            cluster.commit(300);

            cluster.awaitAgreement();
        }
    }

    @Test
    void aFollowerTellsWhoLeadsAndRejects() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(2, 3)) {
            NodeUnderTest leader = cluster.awaitLeader();
            NodeUnderTest follower = others(cluster, leader).getFirst();

            cluster.submit(follower, 1);

            ClusterUnderTest.await("rejected", () -> cluster.rejected().size() == 1);
            assertThat(cluster.acknowledged()).isEmpty();
            assertThat(follower.journal().leader().orElse(0)).isEqualTo(leader.nodeId());
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheLeaderDies() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(3, 3)) {
            NodeUnderTest first = cluster.awaitLeader();
            cluster.commit(50);
            cluster.submit(first, 200);

            cluster.crash(first.nodeId(), true);

            NodeUnderTest second = cluster.awaitLeader();
            assertThat(second.nodeId()).isNotEqualTo(first.nodeId());
            cluster.commit(100);
            cluster.awaitAgreement();
            cluster.start(first.nodeId());
            cluster.awaitAgreement();
        }
    }

    /** As clients do that look for the leader: each look of theirs tries to reach the dead node. */
    @Test
    void anotherLeadsHoweverOftenTheDeadLeaderIsCalled() throws InterruptedException {
        try (ClusterUnderTest cluster = new ClusterUnderTest(13, 3)) {
            NodeUnderTest first = cluster.awaitLeader();
            cluster.commit(20);
            List<NodeUnderTest> left = others(cluster, first);

            AtomicBoolean isFound = new AtomicBoolean();
            Thread seeker = Thread.ofPlatform().daemon().start(() -> {
                while (!isFound.get()) {
                    left.forEach(node -> node.call(first.nodeId()));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(15));
                }
            });
            cluster.crash(first.nodeId(), false);

            ClusterUnderTest.await("another leads", () -> left.stream().anyMatch(NodeUnderTest::leads));
            isFound.set(true);
            seeker.join();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenAllNodesLosePowerAtOnce() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(4, 3)) {
            cluster.commit(120);
            cluster.submit(cluster.awaitLeader(), 200);

            List<Integer> all = cluster.nodeIds();
            all.forEach(nodeId -> cluster.crash(nodeId, true));
            all.forEach(cluster::start);

            cluster.awaitAgreement();
        }
    }

    @Test
    void aFollowerThatWasAwayCatchesUp() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(5, 3)) {
            NodeUnderTest leader = cluster.awaitLeader();
            NodeUnderTest follower = others(cluster, leader).getFirst();
            cluster.network().isolate(follower.nodeId());
            cluster.commit(500);
            assertThat(follower.numbers()).isEmpty();

            cluster.network().heal();

            cluster.awaitAgreement();
        }
    }

    /** A follower hears of a commit with what is sent next, which may be a heartbeat later: unless it asks. */
    @Test
    void whoeverCatchesUpHasWhatWasCommittedBefore() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(15, 3)) {
            for (int round = 0; round < 20; round++) {
                cluster.commit(1);
                List<Integer> promised = cluster.acknowledged();
                for (int id : cluster.nodeIds()) {
                    NodeUnderTest node = cluster.node(id);
                    assertThat(node.journal().catchUp().join()).isTrue();
                    assertThat(node.numbers()).containsAll(promised);
                }
            }
        }
    }

    @Test
    void nobodyCatchesUpWithoutAMajority() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(16, 3)) {
            cluster.commit(1);
            NodeUnderTest alone = others(cluster, cluster.awaitLeader()).getFirst();

            cluster.network().isolate(alone.nodeId());

            assertThat(alone.journal().catchUp().join()).isFalse();
        }
    }

    /** With messages on their way that the sender did not know to be too many. */
    @Test
    void whatAFollowerCannotApplyDoesNotFillItsMemory() throws InterruptedException {
        try (ClusterUnderTest cluster = new ClusterUnderTest(17, 3)) {
            NodeUnderTest follower = others(cluster, cluster.awaitLeader()).getFirst();
            follower.stopApplying();
            cluster.enlarge(64 << 10);
            long mostBytes = 0;
            for (int round = 0; round < 40; round++) {
                cluster.commit(10);
                mostBytes = Math.max(mostBytes, follower.arrivedBytes());
            }
            assertThat(mostBytes)
                    .isBetween(ClusterUnderTest.ARRIVED_BYTES_MAX / 2, ClusterUnderTest.ARRIVED_BYTES_MAX + (1 << 20));

            follower.applyAgain();

            cluster.awaitAgreement();
            ClusterUnderTest.await("nothing is left of it", () -> follower.arrivedBytes() == 0);
        }
    }

    /** More than it takes into memory before something is known to be committed, from a leader that has just started. */
    @Test
    void aFollowerThatWasAwayForLongIsEnoughForALeaderThatStartsAgain() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(14, 3)) {
            NodeUnderTest leader = cluster.awaitLeader();
            List<NodeUnderTest> followers = others(cluster, leader);
            int behind = followers.getFirst().nodeId();
            int gone = followers.getLast().nodeId();
            cluster.network().isolate(behind);
            cluster.enlarge(64 << 10);
            cluster.commit(400);
            cluster.crash(gone, true);
            cluster.crash(leader.nodeId(), true);
            // Twice: what is known to be committed outlives the start that rewrites the journal's end.
            cluster.start(leader.nodeId());
            cluster.crash(leader.nodeId(), true);

            cluster.start(leader.nodeId());
            cluster.network().heal();
            cluster.commit(5);

            cluster.start(gone);
            cluster.awaitAgreement();
        }
    }

    /** Its entries are cut, and whoever waited for them was told. */
    @Test
    void aLeaderWithoutAMajorityPromisesNothing() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(6, 3)) {
            NodeUnderTest first = cluster.awaitLeader();
            cluster.commit(10);
            cluster.network().isolate(first.nodeId());
            int before = cluster.rejected().size();
            cluster.submit(first, 20);

            ClusterUnderTest.await("it leads no more", () -> !first.leads());
            ClusterUnderTest.await("all are rejected", () -> cluster.rejected().size() == before + 20);
            List<Integer> broken = cluster.rejected().subList(before, before + 20);
            cluster.commit(30);
            cluster.network().heal();

            cluster.awaitAgreement();
            assertThat(first.numbers()).doesNotContainAnyElementsOf(broken);
        }
    }

    @Test
    void aGroupOfOneGrowsToThreeAndOutlivesTheFirst() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(7, 1)) {
            cluster.commit(50);
            cluster.startEmpty(2);
            cluster.startEmpty(3);

            assertThat(cluster.node(1).journal().changeMembers(List.of(1, 2, 3)).join())
                    .isEmpty();
            cluster.commit(50);
            cluster.awaitAgreement();

            cluster.crash(1, true);
            assertThat(cluster.awaitLeader().nodeId()).isNotEqualTo(1);
            cluster.commit(10);
        }
    }

    @Test
    void leadershipIsHandedOver() {
        try (ClusterUnderTest cluster = new ClusterUnderTest(8, 3)) {
            NodeUnderTest first = cluster.awaitLeader();
            NodeUnderTest next = others(cluster, first).getFirst();
            cluster.commit(20);
            cluster.awaitAgreement();

            ClusterUnderTest.await("the other one leads", () -> {
                first.journal().handLeadershipTo(next.nodeId());
                return next.leads();
            });

            cluster.commit(20);
            cluster.awaitAgreement();
        }
    }

    @Test
    void afterManyFaultsAllNodesAgreeAndKeepWhatWasAcknowledged() {
        long first = Long.getLong("sluice.seed", 11);
        for (long seed = first; seed < first + Integer.getInteger("sluice.schedules", 2); seed++) {
            try (ClusterUnderTest cluster = new ClusterUnderTest(seed, 3)) {
                cluster.network().delayUpTo(cluster.random().nextInt(3_000) + 1);
                for (int step = 0; step < 12; step++) {
                    fault(cluster);
                    cluster.submit(
                            cluster.node(anyOf(cluster, cluster.nodeIds())),
                            1 + cluster.random().nextInt(40));
                    LockSupport.parkNanos(1_000_000L * cluster.random().nextInt(250));
                }
                cluster.network().heal();
                List.of(1, 2, 3).stream()
                        .filter(id -> !cluster.nodeIds().contains(id))
                        .forEach(cluster::start);
                cluster.awaitAgreement();
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("failed with -Dsluice.schedules=1 -Dsluice.seed=" + seed, failed);
            }
        }
    }

    private static void fault(ClusterUnderTest cluster) {
        int nodeId = anyOf(cluster, List.of(1, 2, 3));
        boolean runs = cluster.nodeIds().contains(nodeId);
        switch (cluster.random().nextInt(6)) {
            case 0 -> cluster.network().isolate(nodeId);
            case 1 -> cluster.network().cut(nodeId, anyOf(cluster, others(nodeId)));
            case 2 -> cluster.network().tearSome();
            case 3 -> cluster.network().heal();
            default -> {
                if (!runs) {
                    cluster.start(nodeId);
                } else if (cluster.nodeIds().size() > 1) {
                    cluster.crash(nodeId, cluster.random().nextBoolean());
                }
            }
        }
    }

    private static List<Integer> others(int nodeId) {
        List<Integer> others = new ArrayList<>(List.of(1, 2, 3));
        others.remove(Integer.valueOf(nodeId));
        return others;
    }

    private static int anyOf(ClusterUnderTest cluster, List<Integer> nodeIds) {
        return nodeIds.get(cluster.random().nextInt(nodeIds.size()));
    }

    private static List<NodeUnderTest> others(ClusterUnderTest cluster, NodeUnderTest node) {
        return cluster.nodeIds().stream()
                .filter(id -> id != node.nodeId())
                .map(cluster::node)
                .toList();
    }
}
