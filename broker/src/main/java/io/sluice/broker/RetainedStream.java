package io.sluice.broker;

import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.retention.RetainedPartition;
import io.sluice.broker.stream.LocalStreams;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import java.util.concurrent.CompletableFuture;

/** A partition that is a stream: retention trims it through the stream, which keeps count of its entries. */
record RetainedStream(RetainedPartition partition, LocalStreams streams) implements RetainedPartition {
    @Override
    public TopicId topicId() {
        return partition.topicId();
    }

    @Override
    public int index() {
        return partition.index();
    }

    @Override
    public TopicSettings settings() {
        return partition.settings();
    }

    @Override
    public long startOffset() {
        return partition.startOffset();
    }

    @Override
    public long endOffset() {
        return partition.endOffset();
    }

    @Override
    public long retentionOffset(long olderThanMs, long keepBytes) {
        return partition.retentionOffset(olderThanMs, keepBytes);
    }

    @Override
    public boolean hasProducers() {
        return partition.hasProducers();
    }

    @Override
    public long shardTimeMs() {
        return partition.shardTimeMs();
    }

    @Override
    public CompletableFuture<ErrorCode> propose(ControlEntry entry) {
        return entry instanceof ControlEntry.AdvanceStart advance
                ? streams.trimBelow(advance.topicId(), advance.startOffset())
                : partition.propose(entry);
    }
}
