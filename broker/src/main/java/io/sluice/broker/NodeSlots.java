package io.sluice.broker;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.group.SlotMoves;
import io.sluice.broker.move.SlotPlaces;
import io.sluice.broker.topic.LocalTopics;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The slots of groups of this node as their moves see them. Any thread. */
record NodeSlots(
        ClusterState cluster,
        ReplicationShards shards,
        ShardMap map,
        LocalTopics topics,
        SlotMoves slots,
        ClusterCommands commands)
        implements SlotPlaces {
    @Override
    public ClusterImage image() {
        return cluster.image();
    }

    @Override
    public List<Integer> led() {
        return shards.inUse().keySet().stream().filter(shards::isLeading).toList();
    }

    @Override
    public int leader(int shard) {
        return map.leader(shard).nodeId();
    }

    @Override
    public CompletableFuture<Boolean> catchUp() {
        return shards.replication().shard(ReplicationShards.METADATA).catchUp();
    }

    @Override
    public boolean hasTopic(String name) {
        return topics.isKnown(name);
    }

    @Override
    public CompletableFuture<Result<Long>> run(ClusterCommand command) {
        return commands.run(command);
    }
}
