package io.sluice.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SimulatedClock;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Stewards of several nodes over groups that a test rules, and the real metadata of the cluster. */
final class ShardStewardTest {
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedCluster metadata = new SimulatedCluster();
    private final Map<Integer, Group> groups = new HashMap<>();
    private final Map<Integer, Host> hosts = new HashMap<>();

    /** A raft group as told by somebody who knows everything. */
    private static final class Group {
        private List<Integer> members;
        private int leader;
        private long term = 1;

        Group(List<Integer> members, int leader) {
            this.members = members;
            this.leader = leader;
        }

        void elect(int node) {
            leader = node;
            term++;
        }
    }

    /** One node: what it keeps, and its steward. */
    private final class Host implements KeptShards {
        private final int id;
        private final Set<Integer> open = new HashSet<>();
        private final ShardSteward steward;
        private final Set<Integer> leftAsLeader = new HashSet<>();
        private int handOvers;
        private boolean takesHandOvers = true;
        private boolean isServing = true;
        private boolean changesFail;

        Host(int id) {
            this.id = id;
            steward = new ShardSteward(
                    new ShardSteward.Self(SimulatedCluster.node(id, "rack-" + id), 3),
                    metadata::image,
                    this,
                    command -> CompletableFuture.completedFuture(metadata.run(command)),
                    Runnable::run,
                    clock);
        }

        @Override
        public Optional<Standing> standing(int shard) {
            Group group = groups.get(shard);
            return open.contains(shard) && group != null
                    ? Optional.of(new Standing(group.leader == id, group.leader, group.term, group.term, group.members))
                    : Optional.empty();
        }

        @Override
        public void open(int shard, Durability durability, List<Integer> firstReplicas) {
            open.add(shard);
            if (!firstReplicas.isEmpty()) {
                groups.computeIfAbsent(shard, added -> new Group(firstReplicas, firstReplicas.getFirst()));
            }
        }

        @Override
        public void close(int shard) {
            assertThat(group(shard).members).doesNotContain(id);
            open.remove(shard);
        }

        @Override
        public CompletableFuture<Boolean> haveFollowed(List<Integer> nodes, long clusterVersion) {
            return CompletableFuture.completedFuture(
                    nodes.stream().allMatch(node -> host(node).steward.followedVersion() >= clusterVersion));
        }

        @Override
        public CompletableFuture<Optional<String>> changeMembers(int shard, List<Integer> nodes) {
            if (changesFail) {
                return CompletableFuture.completedFuture(Optional.of("somebody does not catch up"));
            }
            Group group = group(shard);
            group.members = nodes;
            if (!nodes.contains(group.leader)) {
                leftAsLeader.add(shard);
                group.elect(nodes.getFirst());
            }
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<Boolean> isReadyToLead(int shard, int nodeId) {
            return CompletableFuture.completedFuture(host(nodeId).isServing);
        }

        @Override
        public boolean handLeadershipTo(int shard, int nodeId) {
            handOvers++;
            if (takesHandOvers) {
                group(shard).elect(nodeId);
            }
            return true;
        }
    }

    private Group group(int shard) {
        return Objects.requireNonNull(groups.get(shard));
    }

    private Host host(int id) {
        return hosts.computeIfAbsent(id, Host::new);
    }

    /** The first node, with the shards of a broker alone. */
    private Host found() {
        groups.put(0, new Group(List.of(1), 1));
        groups.put(1, new Group(List.of(1), 1));
        Host first = host(1);
        first.open.addAll(List.of(0, 1));
        first.steward.look();
        return first;
    }

    private void add(int id) {
        metadata.join(SimulatedCluster.node(id, "rack-" + id));
        host(id).open.addAll(List.of(0, 1));
    }

    private void everybodyLooks(int rounds) {
        for (int i = 0; i < rounds; i++) {
            clock.advanceMs(ShardSteward.HAND_OVER_INTERVAL_MS);
            metadata.step();
            hosts.values().forEach(each -> each.steward.look());
        }
    }

    @Test
    void theFirstNodeFoundsTheClusterWithWhatItHas() {
        found();

        assertThat(metadata.image().isFounded()).isTrue();
        assertThat(metadata.image().nodes().keySet()).containsExactly(1);
        assertThat(metadata.image().shards().keySet()).containsExactly(0, 1);
    }

    @Test
    void threeNodesEndUpWithEverythingOnAllAndLeadersSpread() {
        found();
        add(2);
        add(3);
        everybodyLooks(40);

        assertThat(groups.keySet()).containsExactlyInAnyOrder(0, 1, 4, 5);
        assertThat(groups.values())
                .allSatisfy(group -> assertThat(group.members).containsExactly(1, 2, 3));
        assertThat(List.of(group(1).leader, group(4).leader, group(5).leader)).containsExactlyInAnyOrder(1, 2, 3);
        metadata.image()
                .shards()
                .values()
                .forEach(shard -> assertThat(shard.leader())
                        .as("reported leader of shard %s", shard.id())
                        .isEqualTo(group(shard.id()).leader));
    }

    @Test
    void aGroupThatCannotChangeIsTriedAgainAndNothingElseChangesMeanwhile() {
        Host first = found();
        first.changesFail = true;
        add(2);
        everybodyLooks(5);
        assertThat(group(0).members).containsExactly(1);
        assertThat(group(1).members).containsExactly(1);

        first.changesFail = false;
        everybodyLooks(20);

        assertThat(group(0).members).containsExactly(1, 2);
        assertThat(group(1).members).containsExactly(1, 2);
    }

    @Test
    void aHandOverInVainIsTriedEverMoreSeldom() {
        found();
        add(2);
        add(3);
        everybodyLooks(40);
        int preferred = metadata.image().shard(1).orElseThrow().preferredLeader();
        Host other = host(preferred % 3 + 1);
        group(1).elect(other.id);
        other.takesHandOvers = false;
        int before = other.handOvers;

        everybodyLooks(16);

        assertThat(other.handOvers - before).isBetween(2, 5);
    }

    @Test
    void aNodeGivesAwayOneShardAfterTheOther() {
        Host first = found();
        add(2);
        add(3);
        everybodyLooks(40);
        groups.values().forEach(group -> group.elect(1));
        int before = first.handOvers;
        clock.advanceMs(ShardSteward.HAND_OVER_INTERVAL_MS);

        first.steward.look();
        first.steward.look();
        assertThat(first.handOvers - before).isEqualTo(1);

        clock.advanceMs(ShardSteward.HAND_OVER_INTERVAL_MS);
        first.steward.look();
        assertThat(first.handOvers - before).isEqualTo(2);
    }

    /** It would delete what it has promised as soon as it hears that it was not to keep it any more. */
    @Test
    void aNodeThatHasNotFollowedTheClusterGetsNoShards() {
        Host first = found();
        add(2);
        for (int i = 0; i < 20; i++) {
            clock.advanceMs(ShardSteward.HAND_OVER_INTERVAL_MS);
            metadata.step();
            first.steward.look();
        }
        assertThat(group(0).members).containsExactly(1, 2);
        assertThat(group(1).members).containsExactly(1);

        everybodyLooks(20);
        assertThat(group(1).members).containsExactly(1, 2);
    }

    @Test
    void whatANodeKeepsNoMoreItClosesAndOpensWhenItComesBack() {
        found();
        add(2);
        add(3);
        add(4);
        everybodyLooks(60);

        metadata.become(3, NodeStage.DRAINING);
        everybodyLooks(40);
        assertThat(host(3).open).containsExactly(0);

        metadata.become(3, NodeStage.ACTIVE);
        everybodyLooks(60);
        metadata.image()
                .shards()
                .values()
                .forEach(shard -> assertThat(host(3).open.contains(shard.id()))
                        .as("shard %s", shard.id())
                        .isEqualTo(shard.replicas().contains(3)));
    }

    @Test
    void aNodeThatStopsDoesNotGetBackWhatItGaveAway() {
        found();
        add(2);
        add(3);
        everybodyLooks(40);
        Host stopping = host(metadata.image().shard(1).orElseThrow().preferredLeader());
        stopping.isServing = false;
        int other = stopping.id % 3 + 1;
        group(1).elect(other);

        everybodyLooks(20);
        assertThat(group(1).leader).isEqualTo(other);

        stopping.isServing = true;
        everybodyLooks(20);
        assertThat(group(1).leader).isEqualTo(stopping.id);
    }

    @Test
    void aLeaderThatLeavesLetsSomebodyElseLeadBeforeItsGroupGoesOnWithoutIt() {
        found();
        add(2);
        add(3);
        everybodyLooks(40);
        Host leaving = host(metadata.image().shard(1).orElseThrow().preferredLeader());

        metadata.become(leaving.id, NodeStage.LEAVING);
        everybodyLooks(60);

        assertThat(metadata.image().node(leaving.id)).isEmpty();
        assertThat(leaving.leftAsLeader).isEmpty();
        assertThat(groups.values()).noneMatch(group -> group.members.contains(leaving.id));
    }

    @Test
    void aLeaderThatLeavesAndFindsNoSuccessorGoesWithoutOne() {
        Host first = found();
        add(2);
        everybodyLooks(40);
        group(1).elect(first.id);
        host(2).isServing = false;

        metadata.become(1, NodeStage.LEAVING);
        everybodyLooks(60);

        assertThat(group(1).members).containsExactly(2);
    }

    @Test
    void aNodeThatDrainsLeadsNothingNotEvenTheMetadata() {
        found();
        add(2);
        add(3);
        everybodyLooks(40);
        group(0).elect(2);

        metadata.become(2, NodeStage.DRAINING);
        everybodyLooks(20);

        assertThat(groups.values()).noneMatch(group -> group.leader == 2);
    }

    @Property(tries = 30)
    void whateverLeadersDoTheClusterComesToRest(@ForAll long seed) {
        new ShardStewardTest().comeToRest(new Random(seed));
    }

    private void comeToRest(Random random) {
        found();
        int count = 2 + random.nextInt(3);
        IntStream.rangeClosed(2, count).forEach(this::add);
        for (int i = 0; i < 60; i++) {
            everybodyLooks(1);
            List<Group> all = new ArrayList<>(groups.values());
            Group any = all.get(random.nextInt(all.size()));
            any.elect(any.members.get(random.nextInt(any.members.size())));
        }
        everybodyLooks(120);

        for (ShardRecord shard : metadata.image().shards().values()) {
            assertThat(shard.isSettled()).isTrue();
            assertThat(group(shard.id()).members).isEqualTo(shard.members());
            if (shard.preferredLeader() > 0) {
                assertThat(group(shard.id()).leader).isEqualTo(shard.preferredLeader());
            }
        }
    }
}
