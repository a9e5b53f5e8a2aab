package io.sluice.broker;

import io.sluice.broker.topic.DataShards;
import io.sluice.broker.topic.ShardRun;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Replication;
import io.sluice.replication.Shard;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The data shards as this node knows them.
 *
 * @param replication has those that this node keeps
 * @param isAlone whether there are no other nodes: then every shard is here, and made at its first use
 * @param opening runs what may take its time: the first use of a shard
 */
record ReplicationShards(Replication replication, boolean isAlone, Executor opening) implements DataShards {
    static final int METADATA = 0;
    static final int FSYNC = 1;
    static final int OS = 2;
    static final int MEMORY = 3;

    /** Shards from here on were added to the cluster as it grew. */
    static final int FIRST_ADDED = 4;

    @Override
    public CompletableFuture<ErrorCode> prepare(int shard) {
        CompletableFuture<ErrorCode> ready = CompletableFuture.completedFuture(ErrorCode.NONE);
        return !isAlone || replication.isOpen(shard)
                ? ready
                : CompletableFuture.runAsync(() -> replication.shard(shard), opening)
                        .thenCompose(opened -> ready);
    }

    @Override
    public boolean isLeading(int shard) {
        return kept(shard).filter(Shard::isLeading).isPresent();
    }

    @Override
    public Optional<SegmentSettings> segments(int shard, TopicId topicId) {
        return kept(shard).flatMap(known -> known.segments(topicId));
    }

    @Override
    public CompletableFuture<ErrorCode> propose(int shard, ControlEntry entry) {
        return kept(shard)
                .map(known -> known.propose(entry))
                .orElseGet(() -> CompletableFuture.completedFuture(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }

    @Override
    public Optional<PartitionReplica> find(int shard, TopicId topicId, int partition) {
        return kept(shard).map(known -> known.partition(topicId, partition));
    }

    @Override
    public boolean isOpen(TopicId topicId, ShardRun run) {
        Optional<Shard> shard = kept(run.shard());
        if (shard.isEmpty()) {
            return false;
        }
        for (int i = run.from(); i < run.to(); i++) {
            if (!shard.get().hasPlaceOf(topicId, i)) {
                return false;
            }
        }
        return true;
    }

    /** The shards that are in use here and may have partitions, by id. */
    Map<Integer, Shard> inUse() {
        Map<Integer, Shard> inUse = new TreeMap<>();
        for (int shard : replication.openShards()) {
            if (shard != METADATA) {
                replication.find(shard).ifPresent(known -> inUse.put(shard, known));
            }
        }
        return inUse;
    }

    /** A node of a cluster may let go of a shard while somebody asks for it; a broker alone opens it at the first use. */
    private Optional<Shard> kept(int shard) {
        return isAlone ? Optional.of(replication.shard(shard)) : replication.find(shard);
    }
}
