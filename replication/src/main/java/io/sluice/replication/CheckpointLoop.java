package io.sluice.replication;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node's checkpoint thread: a checkpoint of a shard when enough was journaled or enough time has passed, and the watch on free space. */
final class CheckpointLoop {
    private static final long LOOK_MS = 500;

    private final NodeParts node;
    private final Collection<Shard> shards;
    private final Map<Integer, Long> lastNs = new HashMap<>();
    private final Object lock = new Object();
    private boolean stopping;
    private @Nullable Thread thread;

    CheckpointLoop(NodeParts node, Collection<Shard> shards) {
        this.node = node;
        this.shards = shards;
    }

    void start() {
        node.space().look(node, shards);
        Thread started = node.threads().newThread(this::run);
        started.setName("sluice-checkpoint");
        thread = started;
        started.start();
    }

    private void run() {
        try {
            while (awaitNextLook()) {
                node.space().look(node, shards);
                for (Shard shard : shards) {
                    checkpointIfDue(shard);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitNextLook() throws InterruptedException {
        synchronized (lock) {
            if (!stopping) {
                lock.wait(Math.min(LOOK_MS, node.settings().checkpointMs()));
            }
            return !stopping;
        }
    }

    private void checkpointIfDue(Shard shard) {
        long nowNs = node.clock().nanoTime();
        long sinceMs = (nowNs - lastNs.computeIfAbsent(shard.id(), id -> nowNs)) / 1_000_000;
        boolean isDue = sinceMs >= node.settings().checkpointMs()
                || shard.journal().bytesSinceCheckpoint() >= node.settings().checkpointBytes();
        if (isDue && shard.checkpointer().isBehind()) {
            shard.checkpointer().write();
        }
        if (isDue) {
            lastNs.put(shard.id(), node.clock().nanoTime());
        }
    }

    void stop() throws InterruptedException {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        Thread started = thread;
        if (started != null) {
            started.join();
        }
    }
}
