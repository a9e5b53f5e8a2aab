package io.sluice.replication.journal;

import io.sluice.common.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * No journal: what is submitted is committed, and gone with the process. It remembers no term either: that history began
 * again shows in the epoch base of the partitions, which whoever opens them raises at every start.
 */
public final class MemoryJournal implements Journal {
    private static final long TAKE_BYTES_MAX = 4L << 20;
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final ThreadFactory threads;
    private final long term;
    private final Worker writer = new Worker();
    private volatile boolean stopping;
    private volatile long lastIndex;
    private volatile long appendedBytes;

    /** With the term it leads in; the thread's name begins with the name. */
    public MemoryJournal(String name, ThreadFactory threads, long term) {
        this.name = name;
        this.threads = threads;
        this.term = term;
    }

    @Override
    public long lastIndex() {
        return lastIndex;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean wasStoppedCleanly() {
        return true;
    }

    @Override
    public void replay(long fromIndex, Consumer<CommittedEntry> consumer) {}

    @Override
    public void start(SubmissionSource source, JournalListener listener) {
        writer.start(threads, name + "-journal", () -> run(source, listener));
    }

    private void run(SubmissionSource source, JournalListener listener) {
        try {
            while (true) {
                List<? extends Submission> taken = source.take(TAKE_BYTES_MAX, stopping ? 0 : WAIT_NS);
                if (!taken.isEmpty()) {
                    commit(taken, listener);
                } else if (stopping) {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void commit(List<? extends Submission> taken, JournalListener listener) {
        List<CommittedEntry> committed = new ArrayList<>(taken.size());
        for (Submission submission : taken) {
            lastIndex++;
            appendedBytes += submission.body().remaining();
            committed.add(new CommittedEntry(lastIndex, term, submission.body(), submission));
        }
        listener.committed(committed);
    }

    @Override
    public void checkpointed(long index) {}

    @Override
    public long bytesSinceCheckpoint() {
        return 0;
    }

    @Override
    public long appendedBytes() {
        return appendedBytes;
    }

    @Override
    public long syncs() {
        return 0;
    }

    @Override
    public void stop(boolean cleanly) {
        stopping = true;
        writer.joinUnlessInterrupted();
    }
}
