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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The apply thread of a shard: takes what the journal commits and what others ask, one round at a time. A round applies
 * entries, decides queued commands, hands answers over, gives memory back. Where a round waits for no device, whoever
 * submits commands and finds the shard at rest runs one himself ({@link #executeHere}); for that time he is the apply
 * thread, and what belongs to it belongs to him.
 */
final class ApplyLoop implements JournalListener {
    private static final long IDLE_MS_MAX = 60_000;

    /** So much may wait here of what others submitted; what was submitted here the queue bounds. */
    private static final long FOREIGN_BYTES_MAX = 16L << 20;

    private final EntryApplier applier;
    private final DecideRuntime runtime;
    private final EntryQueue queue;
    private final TailMemory memory;
    private final SegmentWriter segments;
    private final LongSupplier timeMs;
    private final CompletableFuture<Boolean> leading = new CompletableFuture<>();
    private final Object lock = new Object();

    /** Held for a round, by whoever runs it. */
    private final ReentrantLock turn = new ReentrantLock();

    private List<Runnable> inbox = new ArrayList<>();
    private final ArrayDeque<Runnable> urgent = new ArrayDeque<>();
    private boolean stopping;
    private boolean ended;

    /** The thread has ended in order: what it owned is nobody's, and whoever still asks does so on a thread of his own. */
    private boolean over;

    /** A round did not come to its end: nobody goes on from what it left half changed. */
    private boolean isCutShort;

    /** When a round is due, whatever comes. */
    private long dueMs = Long.MIN_VALUE;

    /** When the apply thread wakes by itself; the past while it does not sleep. */
    private long wakesAtMs = Long.MIN_VALUE;

    private long foreignBytes;
    private boolean leadsAlone = true;
    private BooleanSupplier commitHere = () -> false;
    private BooleanSupplier mayRunAnywhere = () -> false;
    private Election election;
    private @Nullable PendingEntry mark;
    private volatile long reachedIndex;
    private volatile long appliedIndex;
    private volatile long appliedTerm;
    private final Worker worker = new Worker();

    /** What a change of the leadership means to the shard; on the apply thread, in the journal's order. */
    interface Election {
        /**
         * This node was elected. Answers an entry of its own: once that is applied nothing undecided is before it, not even
         * of this node's earlier leaderships, and {@link #won} is called. Null if it will not lead.
         */
        @Nullable
        PendingEntry elected(long term);

        /** This node leads in the term. */
        void won(long term);

        /** It leads no more. */
        void lost();

        /** It follows that node, 0 for nobody. */
        void follows(long term, int leaderId);
    }

    /** Decides, and does nothing else, from the first entry on. */
    private record Alone(DecideRuntime runtime, EntryQueue queue, LongSupplier timeMs) implements Election {
        @Override
        public PendingEntry elected(long term) {
            return queue.addMark();
        }

        @Override
        public void won(long term) {
            runtime.leaderStarted(timeMs.getAsLong());
        }

        @Override
        public void lost() {}

        @Override
        public void follows(long term, int leaderId) {}
    }

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
        this.election = new Alone(runtime, queue, timeMs);
    }

    /** Before the start: what was decided is committed that way, on the apply thread, when it answers true. */
    void commitHere(BooleanSupplier attempt) {
        commitHere = attempt;
    }

    /** Before the start: while it answers true, a round waits for no device, and {@link #executeHere} may run one. */
    void mayRunAnywhere(BooleanSupplier isSo) {
        mayRunAnywhere = isSo;
    }

    /** Before the start: {@code isAlone} if no journal will say who leads, so that the first entry makes this node lead. */
    void elect(Election newElection, boolean isAlone) {
        election = newElection;
        leadsAlone = isAlone;
    }

    void start(ThreadFactory threads, String name) {
        worker.start(threads, name, this::run);
    }

    /** Completes when this node leads for the first time. */
    CompletableFuture<Boolean> leading() {
        return leading;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    /** Of the entry that is being applied, or was last. */
    long reachedIndex() {
        return reachedIndex;
    }

    long appliedTerm() {
        return appliedTerm;
    }

    void restoreIndex(long index, long term) {
        reachedIndex = index;
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
        reachedIndex = entry.index();
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
        long bytes = foreignBytes(entries);
        if (bytes > 0) {
            awaitRoomFor(bytes);
        }
        execute(() -> {
            for (CommittedEntry entry : entries) {
                applyOne(entry);
            }
            if (bytes > 0) {
                foreignApplied(bytes);
            }
        });
    }

    private static long foreignBytes(List<CommittedEntry> entries) {
        long bytes = 0;
        for (CommittedEntry entry : entries) {
            bytes += entry.submission() == null ? entry.body().remaining() : 0;
        }
        return bytes;
    }

    /** A journal that hands over faster than apply goes on waits here. */
    private void awaitRoomFor(long bytes) {
        boolean wasInterrupted = false;
        synchronized (lock) {
            while (foreignBytes > 0 && foreignBytes + bytes > FOREIGN_BYTES_MAX && !ended) {
                try {
                    lock.wait();
                } catch (InterruptedException interrupted) {
                    wasInterrupted = true;
                }
            }
            foreignBytes += bytes;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void foreignApplied(long bytes) {
        synchronized (lock) {
            foreignBytes -= bytes;
            lock.notifyAll();
        }
    }

    @Override
    public void leadershipWon(long term) {
        execute(() -> mark = election.elected(term));
    }

    @Override
    public void leadershipLost() {
        execute(() -> {
            mark = null;
            election.lost();
        });
    }

    @Override
    public void follows(long term, int nodeId) {
        execute(() -> election.follows(term, nodeId));
    }

    private void applyOne(CommittedEntry entry) {
        PendingEntry own = entry.submission() instanceof PendingEntry pending ? pending : null;
        if (entry.index() <= appliedIndex) {
            passOver(own);
            return;
        }
        PendingEntry pending = own == null ? queue.adopt(entry.body()) : own;
        reachedIndex = entry.index();
        applier.apply(pending, entry.term(), own != null);
        applied(entry, pending);
        if ((own != null && own == mark) || (leadsAlone && !leading.isDone())) {
            mark = null;
            election.won(entry.term());
            leading.complete(true);
        }
    }

    /** It is in another node's checkpoint that was installed meanwhile; what became of its items nobody here knows. */
    private void passOver(@Nullable PendingEntry own) {
        if (own != null) {
            applier.reject(own, ErrorCode.NOT_LEADER_OR_FOLLOWER);
            memory.use(own.chunk());
            queue.ended(own);
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
                    markAgain(pending);
                }
            }
        });
    }

    /**
     * A journal that had no room for the mark may lead nevertheless, and would do so for ever while nobody here knows. If it
     * does not, that is told next.
     */
    private void markAgain(PendingEntry rejected) {
        if (rejected == mark) {
            mark = election.elected(rejected.term());
        }
    }

    /** Runs the task on the apply thread in its turn, or at once where that has ended: nobody waits for ever. */
    void execute(Runnable task) {
        boolean isTaken;
        synchronized (lock) {
            isTaken = !over && inbox.add(task);
            if (!turn.isHeldByCurrentThread()) {
                lock.notifyAll();
            }
        }
        if (!isTaken) {
            task.run();
        }
    }

    /**
     * As {@link #execute}, and done on the calling thread where that needs to wait for nobody: two threads need not be woken
     * then.
     */
    void executeHere(Runnable task) {
        if (!mayRunAnywhere.getAsBoolean() || turn.isHeldByCurrentThread() || !turn.tryLock()) {
            execute(task);
            return;
        }
        try {
            if (isAtRest()) {
                runHere(task);
            } else {
                execute(task);
            }
            wakeForTheRest();
        } finally {
            turn.unlock();
        }
    }

    /** Nothing came before. */
    private boolean isAtRest() {
        synchronized (lock) {
            return inbox.isEmpty() && urgent.isEmpty() && !stopping && !isCutShort && !memory.isOver();
        }
    }

    private void runHere(Runnable task) {
        try {
            task.run();
            // The first decides and commits, the second applies and answers.
            runOnce();
            runOnce();
        } catch (RuntimeException | Error failure) {
            // It ends the node, as it does there, and not whoever happened to be here.
            synchronized (lock) {
                isCutShort = true;
                urgent.addFirst(() -> {
                    throw failure;
                });
            }
        }
    }

    private void wakeForTheRest() {
        synchronized (lock) {
            if (!inbox.isEmpty() || !urgent.isEmpty()) {
                lock.notifyAll();
            }
        }
    }

    /** Runs between two entries at the latest, even while the thread waits for memory; at once where that has ended. */
    <T> CompletableFuture<T> askBetweenEntries(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable asking = () -> answer.complete(question.get());
        boolean isTaken;
        synchronized (lock) {
            isTaken = !over && urgent.add(asking);
            lock.notifyAll();
        }
        if (!isTaken) {
            asking.run();
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
            end();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                ended = true;
                lock.notifyAll();
            }
        }
    }

    /** What came behind the last round, of which one may be somebody else's. */
    private void end() {
        turn.lock();
        try {
            List<Runnable> left;
            synchronized (lock) {
                over = true;
                left = new ArrayList<>(urgent);
                left.addAll(inbox);
                urgent.clear();
                inbox.clear();
            }
            left.forEach(Runnable::run);
        } finally {
            turn.unlock();
        }
    }

    private boolean round() throws InterruptedException {
        awaitWork();
        turn.lock();
        try {
            runOnce();
            memory.awaitRoom(segments, this::runUrgent);
        } catch (InterruptedException | RuntimeException | Error end) {
            synchronized (lock) {
                isCutShort = true;
            }
            throw end;
        } finally {
            turn.unlock();
        }
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
        if (runtime.run(timeMs.getAsLong()) && !commitHere.getAsBoolean()) {
            queue.announce();
        }
        applier.handOver();
        memory.evict();
        if (memory.isUnderPressure()) {
            segments.hurry();
        }
        foresee(runtime.nextDeadlineMs());
    }

    /** Else the apply thread would sleep beyond it. */
    private void foresee(long deadlineMs) {
        synchronized (lock) {
            dueMs = deadlineMs;
            if (deadlineMs < wakesAtMs) {
                lock.notifyAll();
            }
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
                long nowMs = timeMs.getAsLong();
                if (dueMs > nowMs) {
                    wakesAtMs = dueMs;
                    lock.wait(Math.min(dueMs - nowMs, IDLE_MS_MAX));
                    wakesAtMs = Long.MIN_VALUE;
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
