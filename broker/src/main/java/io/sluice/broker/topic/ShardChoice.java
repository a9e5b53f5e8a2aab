package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import java.util.List;

/** What topics must know of the cluster to be placed. */
public interface ShardChoice {
    /** A broker alone: a topic lies in the shard of its durability. */
    ShardChoice ALONE = new ShardChoice() {
        @Override
        public List<Integer> shards() {
            return List.of();
        }

        @Override
        public List<Integer> shardsOfGroups() {
            return List.of(MetadataState.POSITIONS_SHARD);
        }

        @Override
        public Result<Integer> shardOf(List<Integer> nodes) {
            return Result.of(TopicRecord.DURABLE_SHARD);
        }

        @Override
        public boolean isCluster() {
            return false;
        }

        @Override
        public int replicationFactor() {
            return 1;
        }
    };

    /** Whether there is a cluster, in which nothing is less than durable. Any thread. */
    boolean isCluster();

    /** How many nodes keep each shard. Any thread. */
    int replicationFactor();

    /** Shards that take durable topics; none if there is no cluster. Shard 0's apply thread. */
    List<Integer> shards();

    /** Shards that have groups, or are about to, in ascending order. Shard 0's apply thread. */
    List<Integer> shardsOfGroups();

    /**
     * The shard that these nodes keep and the first of them shall lead; INVALID_REPLICA_ASSIGNMENT with a sentence. Any
     * thread.
     */
    Result<Integer> shardOf(List<Integer> nodes);
}
