package io.sluice.replication;

import io.sluice.common.Worker;
import io.sluice.replication.journal.GroupJournal;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's checkpoint thread: a checkpoint of a shard when enough was journaled or enough time has passed, and the watch on free space. */
final class CheckpointLoop {
    private static final long LOOK_MS = 500;
    private static final long LET_LEAD_EVERY_NS = 10_000_000_000L;

    /** Between two checkpoints that are written for the space that they let go. */
    private static final long MAKE_ROOM_EVERY_MS = 2_000;

    private final NodeParts node;
    private final Collection<Shard> shards;
    private final Map<Integer, Long> lastNs = new HashMap<>();
    private final Map<Integer, Long> lastForRoomNs = new HashMap<>();
    private final Object lock = new Object();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean stopping;
    private long lettingOthersLeadNs;
    private final Worker worker = new Worker();

    CheckpointLoop(NodeParts node, Collection<Shard> shards) {
        this.node = node;
        this.shards = shards;
    }

    void start() {
        node.space().look(node, shards);
        worker.start(node.threads(), "sluice-checkpoint", this::run);
    }

    private void run() {
        try {
            while (awaitNextLook()) {
                runTasks();
                node.space().look(node, shards);
                node.member().ifPresent(GroupMember::expireLeases);
                for (Shard shard : shards) {
                    checkpointIfDue(shard);
                }
                if (node.space().isRefusing()) {
                    letOthersLead();
                    shards.forEach(shard -> shard.journal().giveBack());
                }
            }
            // Nobody may wait for an answer that does not come.
            runTasks();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The answer of something that only this thread may do; fails with {@link IllegalStateException} once it has stopped. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (lock) {
            if (stopping) {
                answer.completeExceptionally(new IllegalStateException("the node stops"));
                return answer;
            }
            tasks.add(() -> {
                try {
                    answer.complete(question.get());
                } catch (RuntimeException failure) {
                    answer.completeExceptionally(failure);
                    throw failure;
                }
            });
            lock.notifyAll();
        }
        return answer;
    }

    private void runTasks() {
        Runnable task = nextTask();
        while (task != null) {
            task.run();
            task = nextTask();
        }
    }

    private @Nullable Runnable nextTask() {
        synchronized (lock) {
            return tasks.poll();
        }
    }

    private boolean awaitNextLook() throws InterruptedException {
        synchronized (lock) {
            if (!stopping && tasks.isEmpty()) {
                lock.wait(Math.min(LOOK_MS, node.settings().checkpointMs()));
            }
            return !stopping;
        }
    }

    /** Where there is no room appends are refused; another member may have some. If none has, it comes back by and by. */
    private void letOthersLead() {
        long nowNs = node.clock().nanoTime();
        if (lettingOthersLeadNs != 0 && nowNs - lettingOthersLeadNs < LET_LEAD_EVERY_NS) {
            return;
        }
        for (Shard shard : shards) {
            if (shard.isLeading() && shard.members().size() > 1 && shard.handLeadershipTo(GroupJournal.ANY_MEMBER)) {
                lettingOthersLeadNs = nowNs;
            }
        }
    }

    private void checkpointIfDue(Shard shard) {
        long nowNs = node.clock().nanoTime();
        long sinceMs = (nowNs - lastNs.computeIfAbsent(shard.id(), id -> nowNs)) / 1_000_000;
        boolean isDue = sinceMs >= node.settings().checkpointMs()
                || shard.journal().bytesSinceCheckpoint() >= node.settings().checkpointBytes();
        boolean isBehind = shard.checkpointer().isBehind();
        if (isBehind && (isDue || isShortOfRoom(shard))) {
            shard.checkpointer().write();
        }
        if (isDue) {
            shard.loop().execute(shard.memory()::age);
            lastNs.put(shard.id(), node.clock().nanoTime());
        }
    }

    /** Journals give up only what a checkpoint has, and unclean starts leave more of them than was written. */
    private boolean isShortOfRoom(Shard shard) {
        boolean isShort = node.space().isRefusing() || shard.journal().isTight();
        long nowNs = node.clock().nanoTime();
        Long lastTryNs = lastForRoomNs.get(shard.id());
        if (!isShort || (lastTryNs != null && nowNs - lastTryNs < MAKE_ROOM_EVERY_MS * 1_000_000)) {
            return false;
        }
        lastForRoomNs.put(shard.id(), nowNs);
        return true;
    }

    void stop() throws InterruptedException {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        worker.join();
    }
}
