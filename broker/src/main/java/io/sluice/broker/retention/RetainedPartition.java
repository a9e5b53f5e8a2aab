package io.sluice.broker.retention;

import io.sluice.broker.api.TopicSettings;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import java.util.concurrent.CompletableFuture;

/** A partition as those see it who take things away from it. Any thread. */
public interface RetainedPartition {
    /** Its topic. */
    TopicId topicId();

    /** Its number in the topic. */
    int index();

    /** Settings of its topic. */
    TopicSettings settings();

    /** First offset readers get. */
    long startOffset();

    /** Offset after the last committed record. */
    long endOffset();

    /** As {@code PartitionReplica.retentionOffset}: may block. */
    long retentionOffset(long olderThanMs, long keepBytes);

    /** Whether it remembers idempotent producers. */
    boolean hasProducers();

    /** The clock of its shard. */
    long shardTimeMs();

    /** Journals a change; completes when it is applied. */
    CompletableFuture<ErrorCode> propose(ControlEntry entry);
}
