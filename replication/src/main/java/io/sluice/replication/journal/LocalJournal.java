package io.sluice.replication.journal;

import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.Histogram;
import io.sluice.common.Worker;
import io.sluice.log.disk.DiskFullException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal of a single node: written is committed, after a sync if the shard promises it. One thread takes whatever
 * queued up while the last sync ran, writes it as one block, and hands it on; it never waits for apply. Where nothing else
 * is on its way, {@link #commitHere} does the same for a small block on the thread that made it.
 */
public final class LocalJournal implements Journal {
    private static final long BLOCK_BYTES_MAX = 4L << 20;
    private static final long PREPARE_EVERY_BYTES = 8L << 20;
    private static final int HERE_BYTES_MAX = 64 << 10;
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

    /** The system makes who writes wait for the device. */
    private static final long SLOW_WRITE_NS = 1_000_000;

    private static final int FULL_ATTEMPTS_MAX = 50;
    private static final long FULL_WAIT_MS = 100;
    private static final byte ENTRY_TYPE = 1;

    private final String name;
    private final JournalFiles files;
    private final boolean synced;
    private final ThreadFactory threads;
    private final Clock clock;
    private final Histogram writeTimes = Histogram.ofLatencies();
    private final long term;
    private final Object preparation = new Object();
    /** Held by whoever takes entries, until the listener has heard of them: so they keep their order. */
    private final ReentrantLock writing = new ReentrantLock();

    private @Nullable SubmissionSource source;
    private @Nullable JournalListener listener;
    private volatile long checkpointedIndex;
    private volatile long bytesSinceCheckpoint;
    private volatile long appendedBytes;
    private volatile long syncs;
    private volatile boolean stopping;
    private long trimmedIndex;
    private long blocksBytes;
    private volatile long nextPreparationBytes;
    private boolean preparationWanted = true;
    private boolean provenIdle = true;
    private long lastWriteNs;
    private volatile long lastWriteTookNs;
    private final Worker writer = new Worker();
    private final Worker preparer = new Worker();

    /**
     * Over open files; {@code synced} if every block is synced before it counts as committed. The term is that of the last
     * entry or of the checkpoint, whichever is larger, and one above it if the last stop was unclean. The threads' names
     * begin with the name.
     */
    public LocalJournal(
            String name, JournalFiles files, boolean synced, long checkpointTerm, ThreadFactory threads, Clock clock) {
        this.name = name;
        this.files = files;
        this.synced = synced;
        this.threads = threads;
        this.clock = clock;
        long lastTerm = Math.max(files.lastTerm(), checkpointTerm);
        this.term = Math.max(1, files.wasClosedCleanly() ? lastTerm : lastTerm + 1);
    }

    @Override
    public long lastIndex() {
        return files.lastIndex();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean wasStoppedCleanly() {
        return files.wasClosedCleanly();
    }

    @Override
    public void replay(long fromIndex, Consumer<CommittedEntry> consumer) {
        if (files.lastIndex() < fromIndex - 1) {
            files.trimPrefix(fromIndex);
        }
        if (files.firstIndex() > fromIndex) {
            throw new DamagedJournalException("the journal begins with entry " + files.firstIndex()
                    + ", but the checkpoint needs entry " + fromIndex);
        }
        bytesSinceCheckpoint = files.bytesFrom(fromIndex);
        files.replay(
                fromIndex,
                entry -> consumer.accept(new CommittedEntry(entry.index(), entry.term(), entry.body(), null)));
    }

    @Override
    public void start(SubmissionSource newSource, JournalListener newListener) {
        writing.lock();
        try {
            source = newSource;
            listener = newListener;
        } finally {
            writing.unlock();
        }
        writer.start(threads, name + "-journal", () -> run(newSource, newListener));
        preparer.start(threads, name + "-prepare", this::prepareFiles);
    }

    private void run(SubmissionSource from, JournalListener to) {
        try {
            boolean more = true;
            while (more) {
                from.await(stopping ? 0 : IDLE_NS);
                more = step(from, to);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean step(SubmissionSource from, JournalListener to) throws InterruptedException {
        writing.lock();
        try {
            List<? extends Submission> submissions = from.take(BLOCK_BYTES_MAX, 0);
            if (submissions.isEmpty()) {
                proveIdle();
            } else {
                write(submissions, to);
            }
            trim();
            return !stopping || !submissions.isEmpty();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean commitHere() {
        if (!writing.tryLock()) {
            return false;
        }
        try {
            return commitSmall();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("a block that has room waited for it", stopped);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean commitsWithoutWaiting() {
        return !synced && lastWriteTookNs < SLOW_WRITE_NS;
    }

    private boolean commitSmall() throws InterruptedException {
        SubmissionSource from = source;
        JournalListener to = listener;
        // Another file, room in the budget and what the last checkpoint trims are the matter of the journal's own
        // thread.
        if (from == null || to == null || !files.hasRoomFor(HERE_BYTES_MAX)) {
            return false;
        }
        List<? extends Submission> submissions = from.takeOnly(HERE_BYTES_MAX);
        if (submissions.isEmpty()) {
            return false;
        }
        write(submissions, to);
        return true;
    }

    private void write(List<? extends Submission> submissions, JournalListener to) throws InterruptedException {
        List<JournalEntry> entries = new ArrayList<>(submissions.size());
        List<CommittedEntry> committed = new ArrayList<>(submissions.size());
        long index = files.lastIndex();
        long bytes = 0;
        for (Submission submission : submissions) {
            ByteBuffer body = submission.body();
            index++;
            bytes += body.remaining();
            entries.add(new JournalEntry(index, term, ENTRY_TYPE, body));
            committed.add(new CommittedEntry(index, term, body, submission));
        }
        if (append(entries)) {
            count(bytes);
            to.committed(committed);
        } else {
            to.rejected(submissions, ErrorCode.STORAGE_ERROR);
        }
    }

    /** Answers false if there is no room for the next file and none came; then nothing was written. */
    private boolean append(List<JournalEntry> entries) throws InterruptedException {
        for (int attempt = 0; attempt < FULL_ATTEMPTS_MAX; attempt++) {
            try {
                long startNs = clock.nanoTime();
                files.append(entries, synced);
                lastWriteNs = clock.nanoTime();
                lastWriteTookNs = lastWriteNs - startNs;
                writeTimes.record(lastWriteTookNs);
                return true;
            } catch (DiskFullException full) {
                if (!files.isUsable()) {
                    // Where a preallocated file needs space yet: nobody knows what of the block is there.
                    throw full;
                }
                return false;
            } catch (JournalFullException full) {
                awaitCheckpoint();
                trim();
            }
        }
        return false;
    }

    /** The budget is used up: only a checkpoint makes room. */
    private void awaitCheckpoint() throws InterruptedException {
        synchronized (preparation) {
            if (checkpointedIndex <= trimmedIndex) {
                preparation.wait(FULL_WAIT_MS);
            }
        }
    }

    /** What is due next depends on the blocks in the files. */
    private void count(long bytes) {
        long blockBytes = files.writtenBytes() - blocksBytes;
        provenIdle = false;
        appendedBytes += bytes;
        blocksBytes += blockBytes;
        bytesSinceCheckpoint += blockBytes;
        syncs += synced ? 1 : 0;
        if (blocksBytes >= nextPreparationBytes) {
            nextPreparationBytes = blocksBytes + PREPARE_EVERY_BYTES;
            wakePreparer();
        }
    }

    private void proveIdle() {
        if (!provenIdle && clock.nanoTime() - lastWriteNs >= IDLE_NS) {
            files.appendProof();
            provenIdle = true;
        }
    }

    private void trim() {
        long index = checkpointedIndex;
        if (index > trimmedIndex) {
            files.trimPrefix(index + 1);
            trimmedIndex = index;
            bytesSinceCheckpoint = files.bytesFrom(index + 1);
            wakePreparer();
        }
    }

    private void wakePreparer() {
        synchronized (preparation) {
            preparationWanted = true;
            preparation.notifyAll();
        }
    }

    private void prepareFiles() {
        try {
            while (awaitPreparation()) {
                prepareNextFile();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void prepareNextFile() {
        try {
            files.prepareNextFile();
        } catch (DiskFullException full) {
            nextPreparationBytes = 0;
        }
    }

    private boolean awaitPreparation() throws InterruptedException {
        synchronized (preparation) {
            while (!preparationWanted && !stopping) {
                preparation.wait();
            }
            preparationWanted = false;
            return !stopping;
        }
    }

    @Override
    public void checkpointed(long index) {
        if (!synced) {
            files.syncAside();
        }
        synchronized (preparation) {
            checkpointedIndex = index;
            preparation.notifyAll();
        }
    }

    @Override
    public long bytesSinceCheckpoint() {
        return bytesSinceCheckpoint;
    }

    @Override
    public boolean isTight() {
        return files.isTight();
    }

    @Override
    public void giveBack() {
        files.giveBack();
    }

    @Override
    public long appendedBytes() {
        return appendedBytes;
    }

    @Override
    public long syncs() {
        return syncs;
    }

    @Override
    public Optional<Histogram> writeTimes() {
        return Optional.of(writeTimes);
    }

    @Override
    public void stop(boolean cleanly) {
        stopping = true;
        wakePreparer();
        writer.joinUnlessInterrupted();
        preparer.joinUnlessInterrupted();
        trim();
        files.close(cleanly);
    }
}
