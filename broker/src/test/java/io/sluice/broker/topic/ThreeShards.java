package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import java.util.List;

/** A cluster with three data shards; the one with replicas on some nodes has the number of the first of these. */
record ThreeShards() implements ShardChoice {
    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public int replicationFactor() {
        return 3;
    }

    @Override
    public List<Integer> shards() {
        return List.of(1, 4, 5);
    }

    @Override
    public List<Integer> shardsOfGroups() {
        return List.of(1);
    }

    @Override
    public Result<Integer> shardOf(List<Integer> nodes) {
        return Result.of(nodes.getFirst());
    }
}
