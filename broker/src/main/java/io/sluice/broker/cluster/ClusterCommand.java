package io.sluice.broker.cluster;

import java.util.List;
import java.util.Map;

/** What somebody wants of the cluster; plain values, so that any node can send them to the one that decides. */
public sealed interface ClusterCommand {
    /** More nodes a cluster does not have. */
    int NODES_MAX = 100;

    /**
     * This broker becomes the first node of a cluster.
     *
     * @param groups members of the groups that it has, by shard: that of the metadata and those of data
     * @param replicationFactor nodes that shall keep each shard, once there are so many
     */
    record Found(NodeRecord node, Map<Integer, List<Integer>> groups, int replicationFactor) implements ClusterCommand {
        public Found {
            groups = Map.copyOf(groups);
        }
    }

    /** A broker without data of its own wants to be a node. */
    record Join(NodeRecord node) implements ClusterCommand {}

    /** A member has started, perhaps with other addresses than before. */
    record Register(NodeRecord node) implements ClusterCommand {}

    /** Something else is to become of a node. */
    record ChangeStage(int nodeId, NodeStage stage) implements ClusterCommand {}

    /** The leader of the shard tells which members its group has now. */
    record Confirm(int shardId, List<Integer> members) implements ClusterCommand {
        public Confirm {
            members = List.copyOf(members);
        }
    }

    /** The node leads the shard. */
    record Report(int shardId, int nodeId, long term) implements ClusterCommand {}

    /** The node shall lead the shard. */
    record Prefer(int shardId, int nodeId) implements ClusterCommand {}

    /** The slot of groups that moves has arrived in its new shard, or stays where it was; said by the leader of either. */
    record EndSlotMove(long number, boolean hasArrived) implements ClusterCommand {}

    /** From now on the cluster uses what came with this feature level; there is no way back. */
    record RaiseLevel(int level) implements ClusterCommand {}
}
