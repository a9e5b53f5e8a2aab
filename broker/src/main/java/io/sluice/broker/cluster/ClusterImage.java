package io.sluice.broker.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cluster at one moment, as committed. Immutable.
 *
 * @param version rises with every change
 * @param replicationFactor nodes that shall keep each shard, if there are so many
 * @param featureLevel what all nodes understand
 * @param nodes by id
 * @param stages of the nodes
 * @param shards by id
 * @param slots which shard coordinates which groups
 */
public record ClusterImage(
        long version,
        int replicationFactor,
        int featureLevel,
        SortedMap<Integer, NodeRecord> nodes,
        Map<Integer, NodeStage> stages,
        SortedMap<Integer, ShardRecord> shards,
        SlotTable slots) {
    /** Of a broker that never was part of a cluster. */
    public static final ClusterImage NONE =
            new ClusterImage(0, 1, 0, new TreeMap<>(), Map.of(), new TreeMap<>(), SlotTable.FIRST);

    public ClusterImage {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        stages = Map.copyOf(stages);
        shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
    }

    /** Whether there is a cluster at all, be it of one node. */
    public boolean isFounded() {
        return featureLevel > 0;
    }

    /** The node, if it is a member. */
    public Optional<NodeRecord> node(int id) {
        return Optional.ofNullable(nodes.get(id));
    }

    /** The shard, if there is one. */
    public Optional<ShardRecord> shard(int id) {
        return Optional.ofNullable(shards.get(id));
    }

    /** What is to become of a member; active for others. */
    public NodeStage stage(int nodeId) {
        return stages.getOrDefault(nodeId, NodeStage.ACTIVE);
    }

    /** The highest feature level that all nodes know. */
    public int commonLevel() {
        return nodes.values().stream()
                .mapToInt(NodeRecord::featureLevelMost)
                .min()
                .orElse(featureLevel);
    }

    /** Shards that take records, without that of the metadata. */
    public List<ShardRecord> dataShards() {
        return shards.values().stream().filter(ClusterPlan::holdsData).toList();
    }
}
