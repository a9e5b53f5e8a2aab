package io.sluice.broker;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.compaction.CompactedPartition;
import io.sluice.broker.retention.RetainedPartition;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.CompactionDebt;
import io.sluice.log.CompactionReport;
import io.sluice.replication.Compactor;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A replica with the settings of its topic. */
record ReplicaPartition(TopicSettings settings, PartitionReplica replica, Compactor compactor)
        implements RetainedPartition, CompactedPartition {
    @Override
    public TopicId topicId() {
        return replica.topicId();
    }

    @Override
    public int index() {
        return replica.index();
    }

    @Override
    public long startOffset() {
        return replica.startOffset();
    }

    @Override
    public long endOffset() {
        return replica.endOffset();
    }

    @Override
    public long retentionOffset(long olderThanMs, long keepBytes) {
        return replica.retentionOffset(olderThanMs, keepBytes);
    }

    @Override
    public CleanupSettings cleanup() {
        return settings.cleanup();
    }

    @Override
    public CompactionDebt debt(long youngestMs) {
        return replica.compactionDebt(youngestMs);
    }

    @Override
    public Compacted compacted() {
        return replica.compacted();
    }

    @Override
    public Optional<CompactionReport> compact(Compactor.Order order) {
        return compactor.compact(replica, order);
    }

    @Override
    public boolean hasProducers() {
        return replica.hasProducers();
    }

    @Override
    public long shardTimeMs() {
        return replica.shard().timeMs();
    }

    @Override
    public CompletableFuture<ErrorCode> propose(ControlEntry entry) {
        return replica.shard().propose(entry);
    }
}
