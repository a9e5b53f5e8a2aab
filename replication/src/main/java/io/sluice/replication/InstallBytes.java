package io.sluice.replication;

import java.util.concurrent.atomic.LongAdder;

/** Where the bytes of other nodes' checkpoints came from that a shard has brought here since the start. Any thread. */
final class InstallBytes {
    private final LongAdder fetched = new LongAdder();
    private final LongAdder reused = new LongAdder();

    void addFetched(long bytes) {
        fetched.add(bytes);
    }

    void addReused(long bytes) {
        reused.add(bytes);
    }

    /** From the other node. */
    long fetched() {
        return fetched.sum();
    }

    /** From segments that this node had. */
    long reused() {
        return reused.sum();
    }
}
