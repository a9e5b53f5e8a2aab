package io.sluice.broker;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.stream.LocalStreams;
import io.sluice.broker.stream.StreamSettings;
import io.sluice.broker.stream.StreamShard;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.TopicId;
import io.sluice.replication.Replication;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Streams of the shards that may hold them; one of them serves.
 *
 * @param synced of the shard whose appends are synced
 * @param unsynced of the shard whose appends are not
 */
record StreamParts(StreamShard synced, StreamShard unsynced) {
    /** Asks for objects that are there already while shards open. */
    StreamParts(UnaryOperator<TopicId> sameIds) {
        this(new StreamShard(sameIds), new StreamShard(sameIds));
    }

    /** The shards are open. */
    void opened() {
        synced.opened();
        unsynced.opened();
    }

    /** The service over the streams of the durability that is set. */
    LocalStreams serve(
            Replication replication,
            LocalTopics topics,
            LiveConfigs live,
            LocalBroker.Surroundings around,
            IntUnaryOperator leaderOf) {
        boolean isSynced = live.get(BrokerConfigs.REDIS_DURABILITY).equals("fsync");
        int shard = isSynced ? ReplicationShards.FSYNC : ReplicationShards.OS;
        return new LocalStreams(
                isSynced ? synced : unsynced,
                replication.shard(shard),
                topics,
                new StreamSettings(() -> live.get(BrokerConfigs.PARTITIONS_MAX)),
                new LocalStreams.Surroundings(
                        around.clock(),
                        around.random(),
                        around.blocking(),
                        () -> replication.askForCheckpoint(shard),
                        () -> leaderOf.applyAsInt(shard)));
    }
}
