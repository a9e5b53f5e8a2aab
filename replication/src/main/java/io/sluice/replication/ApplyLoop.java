package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.common.Worker;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.runtime.DecideRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The apply thread of a shard: takes what the journal commits and what others ask, one round at a time. A round applies
 * entries, decides queued commands, hands answers over, gives memory back.
 */
final class ApplyLoop implements JournalListener {
    private static final long IDLE_MS_MAX = 60_000;

    private final EntryApplier applier;
    private final DecideRuntime runtime;
    private final EntryQueue queue;
    private final TailMemory memory;
    private final SegmentWriter segments;
    private final LongSupplier timeMs;
    private final CompletableFuture<Boolean> leading = new CompletableFuture<>();
    private final Object lock = new Object();
    private List<Runnable> inbox = new ArrayList<>();
    private final ArrayDeque<Runnable> urgent = new ArrayDeque<>();
    private boolean stopping;
    private volatile long appliedIndex;
    private volatile long appliedTerm;
    private final Worker worker = new Worker();

    ApplyLoop(
            EntryApplier applier,
            DecideRuntime runtime,
            EntryQueue queue,
            TailMemory memory,
            SegmentWriter segments,
            LongSupplier timeMs) {
        this.applier = applier;
        this.runtime = runtime;
        this.queue = queue;
        this.memory = memory;
        this.segments = segments;
        this.timeMs = timeMs;
    }

    void start(ThreadFactory threads, String name) {
        worker.start(threads, name, this::run);
    }

    /** Completes when the first entry of the term is applied. */
    CompletableFuture<Boolean> leading() {
        return leading;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    long appliedTerm() {
        return appliedTerm;
    }

    void restoreIndex(long index, long term) {
        appliedIndex = index;
        appliedTerm = term;
    }

    /** Before the start: an entry from the journal's past. */
    void replay(CommittedEntry entry) {
        replayWithoutWaiting(entry);
        try {
            memory.awaitRoom(segments, () -> {});
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same on the one thread of a simulation, which makes room itself. */
    void replayWithoutWaiting(CommittedEntry entry) {
        PendingEntry adopted = queue.adopt(entry.body());
        applier.apply(adopted, entry.term(), false);
        applied(entry, adopted);
    }

    private void applied(CommittedEntry entry, PendingEntry pending) {
        appliedIndex = entry.index();
        appliedTerm = entry.term();
        queue.ended(pending);
    }

    @Override
    public void committed(List<CommittedEntry> entries) {
        execute(() -> {
            for (CommittedEntry entry : entries) {
                applyOne(entry);
            }
        });
    }

    private void applyOne(CommittedEntry entry) {
        PendingEntry own = entry.submission() instanceof PendingEntry pending ? pending : null;
        PendingEntry pending = own == null ? queue.adopt(entry.body()) : own;
        applier.apply(pending, entry.term(), own != null);
        applied(entry, pending);
        if (!leading.isDone()) {
            runtime.leaderStarted(timeMs.getAsLong());
            leading.complete(true);
        }
    }

    @Override
    public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
        execute(() -> {
            for (Submission submission : submissions) {
                if (submission instanceof PendingEntry pending) {
                    applier.reject(pending, reason);
                    // Else a chunk of rejected entries alone would belong to nobody and never go back.
                    memory.use(pending.chunk());
                    queue.ended(pending);
                }
            }
        });
    }

    /** Runs the task on the apply thread in its turn. */
    void execute(Runnable task) {
        synchronized (lock) {
            inbox.add(task);
            lock.notifyAll();
        }
    }

    /** Runs between two entries at the latest, even while the thread waits for memory. */
    <T> CompletableFuture<T> askBetweenEntries(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (lock) {
            urgent.addLast(() -> answer.complete(question.get()));
            lock.notifyAll();
        }
        segments.hurry();
        return answer;
    }

    private void run() {
        try {
            boolean more = true;
            while (more) {
                more = round();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean round() throws InterruptedException {
        awaitWork();
        runOnce();
        memory.awaitRoom(segments, this::runUrgent);
        synchronized (lock) {
            return !stopping || !inbox.isEmpty() || !urgent.isEmpty();
        }
    }

    /** What is there to do now; waits for nothing. On the apply thread, or on the one thread of a simulation. */
    void runOnce() {
        List<Runnable> work = takeWork();
        runUrgent();
        for (Runnable task : work) {
            task.run();
        }
        runtime.run(timeMs.getAsLong());
        applier.handOver();
        memory.evict();
        if (memory.isUnderPressure()) {
            segments.hurry();
        }
    }

    private List<Runnable> takeWork() {
        synchronized (lock) {
            List<Runnable> work = inbox;
            inbox = new ArrayList<>();
            return work;
        }
    }

    private void awaitWork() throws InterruptedException {
        synchronized (lock) {
            if (inbox.isEmpty() && urgent.isEmpty() && !stopping) {
                long untilDeadlineMs = runtime.nextDeadlineMs() - timeMs.getAsLong();
                if (untilDeadlineMs > 0) {
                    lock.wait(Math.min(untilDeadlineMs, IDLE_MS_MAX));
                }
            }
        }
    }

    private void runUrgent() {
        while (true) {
            Runnable task;
            synchronized (lock) {
                task = urgent.pollFirst();
            }
            if (task == null) {
                return;
            }
            task.run();
        }
    }

    /** Ends the thread once everything handed over is done. */
    void stop() throws InterruptedException {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
        worker.join();
    }
}
