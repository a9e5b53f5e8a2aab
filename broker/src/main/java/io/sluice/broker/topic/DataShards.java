package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The shards that hold partitions, by id, those that this node does not keep included. Any thread. */
public interface DataShards {
    /** Opens the shard if this is its first use; complete when the other methods do not block for that. */
    CompletableFuture<ErrorCode> prepare(int shard);

    /** Whether this node decides what the shard has. */
    boolean isLeading(int shard);

    /** Journals a change of that shard's partition table; completes when it is applied, on that shard's apply thread. */
    CompletableFuture<ErrorCode> propose(int shard, ControlEntry entry);

    /** The partition if it is open here. */
    Optional<PartitionReplica> find(int shard, TopicId topicId, int partition);

    /** When segments of the topic end there, empty if it has no partition there. */
    Optional<SegmentSettings> segments(int shard, TopicId topicId);

    /** Whether these partitions of the topic are open here, or have left, or arrive: nothing is to be opened. */
    boolean isOpen(TopicId topicId, ShardRun run);
}
