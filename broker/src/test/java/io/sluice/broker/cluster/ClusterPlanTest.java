package io.sluice.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.cluster.ClusterCommand.Join;
import io.sluice.broker.cluster.ClusterCommand.Prefer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ClusterPlanTest {
    @Test
    void aBrokerWithDataGrowsToThreeNodesThatAllKeepEverythingAndLeadOneShardEach() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "b"));
        cluster.join(SimulatedCluster.node(3, "c"));
        cluster.quieten();

        assertThat(cluster.image().shards().keySet()).containsExactly(0, 1, 4, 5);
        assertThat(cluster.image().shards().values()).allSatisfy(shard -> {
            assertThat(shard.members()).containsExactly(1, 2, 3);
            assertThat(shard.replicas()).containsExactly(1, 2, 3);
        });
        assertThat(cluster.image().dataShards())
                .extracting(ShardRecord::preferredLeader)
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void thereAreAsManyShardsAsAreWantedAndNodesShareThem() {
        SimulatedCluster cluster = SimulatedCluster.founded(8, 3, SimulatedCluster.node(1, "a"));
        cluster.quieten();
        assertThat(cluster.image().dataShards()).hasSize(8);

        cluster.join(SimulatedCluster.node(2, "b"));
        cluster.join(SimulatedCluster.node(3, "c"));
        cluster.quieten();

        assertThat(cluster.image().dataShards())
                .hasSize(8)
                .allSatisfy(shard -> assertThat(shard.members()).containsExactly(1, 2, 3));
        for (int node = 1; node <= 3; node++) {
            int leader = node;
            assertThat(cluster.image().dataShards())
                    .filteredOn(shard -> shard.preferredLeader() == leader)
                    .hasSizeBetween(2, 3);
        }
        assertThat(ClusterOutline.after(cluster.state, Optional.empty()).get()).isEmpty();
    }

    @Test
    void nothingElseChangesWhileAGroupIsNotWhatItShallBe() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "b"));
        cluster.join(SimulatedCluster.node(3, "c"));

        assertThat(cluster.step()).isTrue();
        assertThat(cluster.image().shard(0).orElseThrow().replicas()).containsExactly(1, 2);
        assertThat(cluster.step()).isFalse();
        cluster.settle();
        assertThat(cluster.image().shard(0).orElseThrow().replicas()).containsExactly(1, 2, 3);
    }

    @Test
    void aNodeThatDrainsGivesAwayWhatItKeepsAndLeadsAndStaysAMember() {
        SimulatedCluster cluster = ofNodes(4, 3);

        cluster.become(2, NodeStage.DRAINING);
        cluster.quieten();

        assertThat(cluster.image().dataShards())
                .allSatisfy(shard -> assertThat(shard.members()).hasSize(3).doesNotContain(2));
        assertThat(cluster.image().shard(0).orElseThrow().members()).contains(2);
        cluster.become(2, NodeStage.ACTIVE);
        cluster.quieten();
        assertBalanced(cluster.image());
        assertThat(cluster.image().dataShards())
                .anySatisfy(shard -> assertThat(shard.members()).contains(2));
    }

    @Test
    void aNodeThatDrainsKeepsReplicasThatNobodyElseCanTakeAndLeadsNothing() {
        SimulatedCluster cluster = ofNodes(3, 3);

        cluster.become(3, NodeStage.DRAINING);
        cluster.quieten();

        assertThat(cluster.image().dataShards()).allSatisfy(shard -> {
            assertThat(shard.members()).containsExactly(1, 2, 3);
            assertThat(shard.preferredLeader()).isNotEqualTo(3);
        });
    }

    @Test
    void aNodeThatLeavesIsRemovedOnceNothingIsLeftOnIt() {
        SimulatedCluster cluster = ofNodes(3, 3);

        cluster.become(1, NodeStage.LEAVING);
        cluster.quieten();

        assertThat(cluster.image().nodes().keySet()).containsExactly(2, 3);
        assertThat(cluster.image().shards().values())
                .allSatisfy(shard -> assertThat(shard.members()).containsExactly(2, 3));
    }

    /** Who is not in the metadata's group does not hear which shards it shall give away. */
    @Test
    void aNodeThatLeavesKeepsTheMetadataUntilItKeepsNothingElse() {
        SimulatedCluster cluster = ofNodes(3, 3);
        cluster.become(2, NodeStage.LEAVING);

        while (cluster.image().shard(0).orElseThrow().replicas().contains(2)) {
            assertThat(cluster.step()).isTrue();
            if (!cluster.image().shard(0).orElseThrow().replicas().contains(2)) {
                assertThat(cluster.image().dataShards())
                        .allSatisfy(shard -> assertThat(shard.members()).doesNotContain(2));
            }
            cluster.settle();
        }
    }

    @Test
    void aNodeThatNeverCameUpCanBeRemovedThoughItsGroupWaitsForIt() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "b"));
        assertThat(cluster.step()).isTrue();

        cluster.become(2, NodeStage.LEAVING);
        cluster.quieten();

        assertThat(cluster.image().nodes().keySet()).containsExactly(1);
        assertThat(cluster.image().shard(0).orElseThrow().members()).containsExactly(1);
    }

    @Test
    void aShardStaysWhereItIsWhenItsOnlyNextNodeLeavesAgain() {
        SimulatedCluster cluster = SimulatedCluster.founded(1, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "b"));
        cluster.join(SimulatedCluster.node(3, "c"));
        cluster.quieten();
        cluster.become(3, NodeStage.DRAINING);
        ShardRecord moving = movingFrom(cluster, 3);
        cluster.become(3, NodeStage.ACTIVE);
        cluster.become(moving.replicas().getFirst(), NodeStage.LEAVING);
        cluster.step();

        assertThat(cluster.image().shard(moving.id()).orElseThrow().replicas()).containsExactly(3);
        cluster.quieten();
        assertBalanced(cluster.image());
    }

    private static ShardRecord movingFrom(SimulatedCluster cluster, int node) {
        do {
            for (ShardRecord shard : cluster.image().dataShards()) {
                if (shard.members().equals(List.of(node)) && !shard.isSettled()) {
                    return shard;
                }
            }
        } while (cluster.step());
        throw new AssertionError("no shard moves away from node " + node + ": " + cluster.image());
    }

    @Test
    void replicasLieOnDifferentRacksWhereThereAreEnough() {
        SimulatedCluster cluster = SimulatedCluster.founded(2, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "a"));
        cluster.quieten();
        cluster.join(SimulatedCluster.node(3, "b"));
        cluster.join(SimulatedCluster.node(4, "b"));
        cluster.quieten();

        assertThat(cluster.image().dataShards())
                .hasSize(4)
                .allSatisfy(shard -> assertThat(racks(cluster, shard)).containsExactlyInAnyOrder("a", "b"));
    }

    @Test
    void aLeaderThatSomebodyPrefersStaysPreferred() {
        SimulatedCluster cluster = ofNodes(3, 3);
        ShardRecord shard = cluster.image().dataShards().getFirst();
        int other = shard.members().stream()
                .filter(node -> node != shard.preferredLeader())
                .findFirst()
                .orElseThrow();

        cluster.mustDo(new Prefer(shard.id(), other));
        cluster.quieten();

        assertThat(cluster.image().shard(shard.id()).orElseThrow().preferredLeader())
                .isEqualTo(other);
        assertBalanced(cluster.image());
    }

    @Property(tries = 60)
    void whateverComesAndGoesThePlanEndsAndNoShardEverLosesItsMajority(@ForAll long seed) {
        Random random = new Random(seed);
        int factor = 1 + 2 * random.nextInt(2);
        SimulatedCluster cluster = SimulatedCluster.founded(factor, SimulatedCluster.node(1, "a"));
        int nextNode = 2;
        for (int round = 0; round < 25; round++) {
            Map<Integer, List<Integer>> before = members(cluster.image());
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    if (nextNode <= 8) {
                        cluster.join(SimulatedCluster.node(
                                nextNode++, List.of("a", "b", "c").get(random.nextInt(3))));
                    }
                }
                case 2 -> {
                    // The last active node is refused, and so is whoever is gone: both are fine here.
                    var unused = cluster.run(new ClusterCommand.ChangeStage(
                            1 + random.nextInt(nextNode), NodeStage.values()[random.nextInt(3)]));
                }
                case 3 -> cluster.settle();
                default -> cluster.step();
            }
            members(cluster.image()).forEach((shard, now) -> assertOverlap(before.getOrDefault(shard, now), now));
        }
        cluster.quieten();
        assertBalanced(cluster.image());
    }

    @Property(tries = 100)
    void whatIsOutlinedIsWhatHappens(@ForAll long seed) {
        Random random = new Random(seed);
        SimulatedCluster cluster = ofNodes(2 + random.nextInt(4), 3);
        NodeRecord added = SimulatedCluster.node(9, "a");
        List<String> outlined = ClusterOutline.after(cluster.state, Optional.of(new Join(added)))
                .get();

        int before = cluster.steps();
        cluster.join(added);
        cluster.quieten();

        assertThat(outlined).hasSize(cluster.steps() - before);
        assertThat(ClusterOutline.after(cluster.state, Optional.empty()).get()).isEmpty();
    }

    private static SimulatedCluster ofNodes(int count, int factor) {
        SimulatedCluster cluster = SimulatedCluster.founded(factor, SimulatedCluster.node(1, "a"));
        for (int id = 2; id <= count; id++) {
            cluster.join(SimulatedCluster.node(id, List.of("a", "b", "c").get(id % 3)));
        }
        cluster.quieten();
        return cluster;
    }

    private static Map<Integer, List<Integer>> members(ClusterImage image) {
        Map<Integer, List<Integer>> members = new HashMap<>();
        image.shards().values().forEach(shard -> members.put(shard.id(), shard.members()));
        return members;
    }

    /** A change of members leaves somebody who was there before, where there was more than one. */
    private static void assertOverlap(List<Integer> before, List<Integer> now) {
        if (before.size() == 1) {
            return;
        }
        List<Integer> both = new ArrayList<>(before);
        both.retainAll(now);
        assertThat(both).as("members before %s and now %s", before, now).isNotEmpty();
    }

    private static void assertBalanced(ClusterImage image) {
        List<Integer> active = image.nodes().keySet().stream()
                .filter(node -> image.stage(node) == NodeStage.ACTIVE)
                .toList();
        assertThat(image.nodes().keySet()).noneMatch(node -> image.stage(node) == NodeStage.LEAVING);
        for (ShardRecord shard : image.dataShards()) {
            assertThat(shard.members()).as("members of %s", shard).isEqualTo(shard.replicas());
            assertThat(new HashSet<>(shard.members())).hasSameSizeAs(shard.members());
            assertThat(shard.members()).hasSizeGreaterThanOrEqualTo(Math.min(active.size(), image.replicationFactor()));
            assertThat(active).as("who shall lead %s", shard).contains(shard.preferredLeader());
            assertThat(shard.members()).contains(shard.preferredLeader());
        }
        assertThat(image.shard(0).orElseThrow().members())
                .containsExactlyElementsOf(image.nodes().keySet());
        assertThat(image.dataShards().size()).isGreaterThanOrEqualTo(active.size());
    }

    private static Set<String> racks(SimulatedCluster cluster, ShardRecord shard) {
        Set<String> racks = new HashSet<>();
        shard.members()
                .forEach(node ->
                        cluster.image().node(node).flatMap(NodeRecord::rack).ifPresent(racks::add));
        return racks;
    }
}
