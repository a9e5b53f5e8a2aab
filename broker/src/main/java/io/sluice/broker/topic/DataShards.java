package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The shards that hold partitions, one per durability. Any thread. */
public interface DataShards {
    /** Opens the shard if this is its first use; complete when the other methods do not block for that. */
    CompletableFuture<ErrorCode> prepare(Durability durability);

    /** Journals a change of that shard's partition table; completes when it is applied, on that shard's apply thread. */
    CompletableFuture<ErrorCode> propose(Durability durability, ControlEntry entry);

    /** The partition if it is open there. */
    Optional<PartitionReplica> find(Durability durability, TopicId topicId, int partition);

    /** When segments of the topic end there, empty if it has no partition there. */
    Optional<SegmentSettings> segments(Durability durability, TopicId topicId);

    /** Whether all partitions of the topic are open there. */
    boolean isOpen(Durability durability, TopicId topicId, int partitionCount);
}
