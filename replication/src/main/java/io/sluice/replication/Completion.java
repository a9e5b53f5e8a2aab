package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.EventBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Who waits for an item of an entry that was submitted here. One for each item, in their order. */
sealed interface Completion {
    /** A producer. */
    record Append(PartitionReplica replica, Executor executor, AppendCallback callback) implements Completion {}

    /** Somebody who changed the partition table. */
    record Control(CompletableFuture<ErrorCode> future) implements Completion {}

    /** The runtime, for all events of its batch: it comes with the first of them. */
    record Events(EventBatch batch) implements Completion {}

    /** Nobody: a further event of a batch. */
    record None() implements Completion {
        static final None INSTANCE = new None();
    }
}
