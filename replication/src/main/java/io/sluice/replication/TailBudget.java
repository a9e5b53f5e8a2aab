package io.sluice.replication;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much memory the tail of each shard may take: as much as is set, and less where a node has many shards. All of them
 * together, with what each may be over its budget for a while, take half of the node's memory beside the heap at most. Any
 * thread.
 */
final class TailBudget {
    private final long shardBytesMax;
    private final long nodeBytes;
    private final AtomicInteger shards = new AtomicInteger();

    /** {@code memoryBytes} is what the process may take beside its heap. */
    TailBudget(long shardBytesMax, long memoryBytes) {
        this.shardBytesMax = shardBytesMax;
        this.nodeBytes = memoryBytes / 2 * TailMemory.BUDGET_PARTS / TailMemory.MOST_PARTS;
    }

    /** One more shard has a tail. */
    void opened() {
        shards.incrementAndGet();
    }

    /** One less has. */
    void closed() {
        shards.decrementAndGet();
    }

    /** For one shard, now. */
    long shardBytes() {
        return Math.min(shardBytesMax, nodeBytes / Math.max(1, shards.get()));
    }
}
