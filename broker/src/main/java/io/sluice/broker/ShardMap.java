package io.sluice.broker;

import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.broker.cluster.ShardRecord;
import io.sluice.broker.cluster.SlotTable;
import io.sluice.broker.topic.ShardChoice;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Nodes, shards and their leaders: what the metadata says, and of shards that this node keeps what it hears itself, which
 * is newer. A broker alone keeps and leads everything. Any thread.
 */
final class ShardMap implements ShardChoice {
    private final ClusterState state;
    private final int nodeId;
    private final IntFunction<Optional<Lead>> heard;
    private final IntPredicate reachable;

    /** Who leads a shard in which term; {@link PartitionPlacement#NOBODY} if there is nobody now. */
    record Lead(int nodeId, long term) {}

    /**
     * With what this node hears of the shards that it keeps, and which other nodes it reaches.
     */
    ShardMap(ClusterState state, int nodeId, IntFunction<Optional<Lead>> heard, IntPredicate reachable) {
        this.state = state;
        this.nodeId = nodeId;
        this.heard = heard;
        this.reachable = reachable;
    }

    List<NodeInfo> nodes() {
        ClusterImage image = state.image();
        return image.isFounded()
                ? image.nodes().values().stream().map(ShardMap::info).toList()
                : List.of(new NodeInfo(nodeId, Optional.empty(), Map.of()));
    }

    private static NodeInfo info(NodeRecord node) {
        return new NodeInfo(node.id(), node.rack(), node.endpoints());
    }

    Lead leader(int shard) {
        Optional<ShardRecord> known = state.image().shard(shard);
        Lead reported = known.filter(each -> each.leader() > 0)
                .map(each -> new Lead(each.leader(), each.leaderTerm()))
                .orElse(new Lead(PartitionPlacement.NOBODY, 0));
        return heard.apply(shard).filter(own -> own.term() >= reported.term()).orElse(reported);
    }

    /** The shard that has the slot of groups. */
    int shardOfSlot(int slot) {
        return state.image().slots().place(slot).shard();
    }

    /** So many slots of groups are coordinated by this node. */
    long slotsLedHere() {
        return state.image().slots().places().stream()
                .filter(place -> leader(place.shard()).nodeId() == nodeId)
                .count();
    }

    /** Nodes that keep the shard, the one that should lead first. */
    List<Integer> replicas(int shard) {
        Optional<ShardRecord> known = state.image().shard(shard);
        if (known.isEmpty()) {
            return List.of(nodeId);
        }
        List<Integer> replicas = new ArrayList<>(known.get().members());
        int preferred = known.get().preferredLeader();
        if (replicas.remove(Integer.valueOf(preferred))) {
            replicas.addFirst(preferred);
        }
        return replicas;
    }

    /**
     * Other members that the group of a shard is to have.
     *
     * @param all those that it has or shall have
     * @param adding those that it has not yet
     * @param removing those that it has still
     */
    record Change(List<Integer> all, List<Integer> adding, List<Integer> removing) {}

    /** How the shard's nodes change now. */
    Optional<Change> change(int shard) {
        return Optional.ofNullable(changes().get(shard));
    }

    /** Shards of records whose nodes change now. */
    Map<Integer, Change> changes() {
        Map<Integer, Change> changes = new TreeMap<>();
        for (ShardRecord shard : state.image().dataShards()) {
            if (!shard.isSettled()) {
                List<Integer> adding = shard.replicas().stream()
                        .filter(node -> !shard.members().contains(node))
                        .toList();
                List<Integer> removing = shard.members().stream()
                        .filter(node -> !shard.replicas().contains(node))
                        .toList();
                List<Integer> all =
                        Stream.concat(shard.members().stream(), adding.stream()).toList();
                changes.put(shard.id(), new Change(all, adding, removing));
            }
        }
        return changes;
    }

    Optional<String> rack(int node) {
        return state.image().node(node).flatMap(NodeRecord::rack);
    }

    boolean isReachable(int node) {
        return node == nodeId || reachable.test(node);
    }

    @Override
    public boolean isCluster() {
        return state.image().isFounded();
    }

    @Override
    public int replicationFactor() {
        ClusterImage image = state.image();
        if (!image.isFounded()) {
            return 1;
        }
        long able = image.nodes().keySet().stream()
                .filter(node -> image.stage(node) == NodeStage.ACTIVE)
                .count();
        return Math.clamp(able, 1, image.replicationFactor());
    }

    @Override
    public List<Integer> shards() {
        return state.image().dataShards().stream()
                .filter(shard -> shard.durability() == Durability.FSYNC)
                .map(ShardRecord::id)
                .toList();
    }

    @Override
    public List<Integer> shardsOfGroups() {
        SlotTable slots = state.image().slots();
        return Stream.concat(
                        slots.places().stream().map(SlotTable.Place::shard),
                        slots.moving().map(SlotTable.Move::to).stream())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public Result<Integer> shardOf(List<Integer> nodes) {
        ClusterImage image = state.image();
        if (!image.isFounded()) {
            return ShardChoice.ALONE.shardOf(nodes);
        }
        Set<Integer> wanted = new HashSet<>(nodes);
        List<List<Integer>> possible = new ArrayList<>();
        for (int shard : shards()) {
            List<Integer> replicas = replicas(shard);
            if (replicas.getFirst().equals(nodes.getFirst()) && wanted.equals(Set.copyOf(replicas))) {
                return Result.of(shard);
            }
            possible.add(replicas);
        }
        return Result.failed(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                "Partitions lie where one of the shards does, which are kept by " + possible
                        + " with the leader first.");
    }
}
