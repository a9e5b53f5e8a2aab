package io.sluice.broker;

import io.sluice.broker.topic.DataShards;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Replication;
import io.sluice.replication.Shard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The data shards of this node.
 *
 * @param replication has them
 * @param opening runs what may take its time: the first use of a shard
 */
record ReplicationShards(Replication replication, Executor opening) implements DataShards {
    static final int METADATA = 0;
    static final int FSYNC = 1;
    static final int OS = 2;
    static final int MEMORY = 3;

    @Override
    public CompletableFuture<ErrorCode> prepare(Durability durability) {
        CompletableFuture<ErrorCode> ready = CompletableFuture.completedFuture(ErrorCode.NONE);
        return replication.isOpen(number(durability))
                ? ready
                : CompletableFuture.runAsync(() -> shard(durability), opening).thenCompose(opened -> ready);
    }

    @Override
    public Optional<SegmentSettings> segments(Durability durability, TopicId topicId) {
        return shard(durability).segments(topicId);
    }

    @Override
    public CompletableFuture<ErrorCode> propose(Durability durability, ControlEntry entry) {
        return shard(durability).propose(entry);
    }

    @Override
    public Optional<PartitionReplica> find(Durability durability, TopicId topicId, int partition) {
        return Optional.ofNullable(shard(durability).partition(topicId, partition));
    }

    @Override
    public boolean isOpen(Durability durability, TopicId topicId, int partitionCount) {
        Shard shard = shard(durability);
        for (int i = 0; i < partitionCount; i++) {
            if (shard.partition(topicId, i) == null) {
                return false;
            }
        }
        return true;
    }

    private Shard shard(Durability durability) {
        return replication.shard(number(durability));
    }

    private static int number(Durability durability) {
        return switch (durability) {
            case FSYNC -> FSYNC;
            case OS -> OS;
            case MEMORY -> MEMORY;
        };
    }
}
