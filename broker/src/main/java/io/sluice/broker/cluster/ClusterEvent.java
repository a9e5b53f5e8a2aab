package io.sluice.broker.cluster;

import io.sluice.replication.Durability;
import java.util.List;

/** A change of the cluster; formats in the package's description. */
sealed interface ClusterEvent {
    /** A broker has become the first node of a cluster. */
    record ClusterFounded(int replicationFactor, int featureLevel) implements ClusterEvent {}

    /** A node is a member, with these addresses. */
    record NodeRegistered(NodeRecord node) implements ClusterEvent {}

    /** Something else is to become of a node. */
    record StageChanged(int nodeId, NodeStage stage) implements ClusterEvent {}

    /** A node is no member any more. */
    record NodeRemoved(int nodeId) implements ClusterEvent {}

    /** There is one more shard; its group begins with these nodes. */
    record ShardAdded(int shardId, Durability durability, List<Integer> replicas, int preferredLeader)
            implements ClusterEvent {
        public ShardAdded {
            replicas = List.copyOf(replicas);
        }
    }

    /** These nodes shall keep the shard. */
    record ReplicasChosen(int shardId, List<Integer> replicas) implements ClusterEvent {
        public ReplicasChosen {
            replicas = List.copyOf(replicas);
        }
    }

    /** Its group has these members. */
    record MembersConfirmed(int shardId, List<Integer> members) implements ClusterEvent {
        public MembersConfirmed {
            members = List.copyOf(members);
        }
    }

    /** This node shall lead the shard. */
    record PreferredChosen(int shardId, int nodeId) implements ClusterEvent {}

    /** This node leads the shard. */
    record LeaderReported(int shardId, int nodeId, long term) implements ClusterEvent {}

    /** A slot of groups is to go to another shard; the number of the move is the version that this makes. */
    record SlotMoveBegun(int slot, int to) implements ClusterEvent {}

    /** It is there. */
    record SlotMoved() implements ClusterEvent {}

    /** It stays where it was. */
    record SlotMoveTakenBack() implements ClusterEvent {}

    /** All nodes understand this level. */
    record FeatureLevelRaised(int level) implements ClusterEvent {}
}
