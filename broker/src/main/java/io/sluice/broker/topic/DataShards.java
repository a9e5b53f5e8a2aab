package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The shards that hold partitions, one per durability. Any thread. */
public interface DataShards {
    /** Opens the shard if this is its first use; may block. The other methods then do not. */
    void prepare(Durability durability);

    /** Journals a change of that shard's partition table; completes when it is applied, on that shard's apply thread. */
    CompletableFuture<ErrorCode> propose(Durability durability, ControlEntry entry);

    /** The partition if it is open there. */
    Optional<PartitionReplica> find(Durability durability, TopicId topicId, int partition);

    /** Whether all partitions of the topic are open there. */
    boolean isOpen(Durability durability, TopicId topicId, int partitionCount);
}
