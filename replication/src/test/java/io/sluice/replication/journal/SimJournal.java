package io.sluice.replication.journal;

import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A hostile journal without threads: the test drives it, its generator decides. It commits prefixes, holds entries back,
 * commits in big jumps, rejects everything under way and yet commits a part of it later as if it came from another node,
 * and forgets an arbitrary part of what was not committed when it crashes.
 */
public final class SimJournal implements Journal {
    private static final int TAKE_BYTES_MAX = 64 << 10;

    private final RandomGenerator random;
    private final List<CommittedEntry> history = new ArrayList<>();
    /** In the log and rejected here, not yet committed: they come before everything that is under way. */
    private final ArrayDeque<CommittedEntry> late = new ArrayDeque<>();

    private final ArrayDeque<Submission> underWay = new ArrayDeque<>();
    private long term = 1;
    private long checkpointedIndex;
    private long appendedBytes;
    private boolean stoppedCleanly;
    private @Nullable SubmissionSource source;
    private @Nullable JournalListener listener;

    /** Empty; its moods come from the generator. */
    public SimJournal(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public long lastIndex() {
        return history.size();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean wasStoppedCleanly() {
        return stoppedCleanly;
    }

    /** Every committed entry since the beginning, trimmed or not, oldest first; bodies are copies. */
    public List<CommittedEntry> history() {
        return List.copyOf(history);
    }

    @Override
    public void replay(long fromIndex, Consumer<CommittedEntry> consumer) {
        if (fromIndex <= checkpointedIndex) {
            throw new DamagedJournalException("entry " + fromIndex + " was trimmed");
        }
        for (long index = fromIndex; index <= history.size(); index++) {
            CommittedEntry entry = history.get((int) index - 1);
            ByteBuffer lent = copy(entry.body());
            consumer.accept(new CommittedEntry(index, entry.term(), lent, null));
            scribble(lent);
        }
    }

    /** Whoever keeps what was lent for a call only shall notice. */
    private static void scribble(ByteBuffer lent) {
        for (int at = 0; at < lent.capacity(); at++) {
            lent.put(at, (byte) 0xEE);
        }
    }

    @Override
    public void start(SubmissionSource source, JournalListener listener) {
        this.source = source;
        this.listener = listener;
        stoppedCleanly = false;
    }

    /** One random thing. */
    public void step() throws InterruptedException {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> take();
            case 4, 5, 6, 7, 8 -> commit(1);
            case 9, 10 -> commit(1 + random.nextInt(8));
            case 11, 12 -> commit(Integer.MAX_VALUE);
            case 13 -> rejectUnderWay(0);
            case 14 -> rejectUnderWay(random.nextInt(underWay.size() + 1));
            default -> commitLate();
        }
    }

    /** Takes some entries from the source; answers whether there were any. */
    public boolean take() throws InterruptedException {
        List<? extends Submission> taken = started(source).take(1 + random.nextInt(TAKE_BYTES_MAX), 0);
        underWay.addAll(taken);
        return !taken.isEmpty();
    }

    /** Commits at most so many entries, late ones first, in one call. */
    public void commit(int countMax) {
        List<CommittedEntry> committed = new ArrayList<>();
        while (committed.size() < countMax && !late.isEmpty()) {
            committed.add(keep(late.removeFirst()));
        }
        while (committed.size() < countMax && !underWay.isEmpty()) {
            Submission submission = underWay.removeFirst();
            CommittedEntry kept = keep(new CommittedEntry(0, term, copy(submission.body()), null));
            committed.add(new CommittedEntry(kept.index(), kept.term(), submission.body(), submission));
        }
        if (!committed.isEmpty()) {
            started(listener).committed(committed);
        }
    }

    private void commitLate() {
        commit(late.size());
    }

    private CommittedEntry keep(CommittedEntry entry) {
        CommittedEntry kept = new CommittedEntry(history.size() + 1L, entry.term(), entry.body(), null);
        Check.check(history.isEmpty() || history.getLast().term() <= kept.term(), "a term fell");
        history.add(kept);
        appendedBytes += kept.body().remaining();
        return kept;
    }

    /** Rejects all that is under way and rises its term; so many of them commit later nevertheless, as foreign entries. */
    public void rejectUnderWay(int lateCount) {
        if (underWay.isEmpty()) {
            return;
        }
        List<Submission> rejected = List.copyOf(underWay);
        for (Submission submission : rejected.subList(0, lateCount)) {
            late.addLast(new CommittedEntry(0, term, copy(submission.body()), null));
        }
        underWay.clear();
        term++;
        started(listener).rejected(rejected, ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /** Ends this life without a word to anybody: of what was not committed a prefix stays; the next life has a higher term. */
    public void crash() {
        int kept = random.nextInt(late.size() + underWay.size() + 1);
        for (int i = 0; i < kept; i++) {
            CommittedEntry foreign = late.pollFirst();
            keep(
                    foreign != null
                            ? foreign
                            : new CommittedEntry(
                                    0, term, copy(underWay.removeFirst().body()), null));
        }
        late.clear();
        underWay.clear();
        term++;
        source = null;
        listener = null;
    }

    private static ByteBuffer copy(ByteBuffer body) {
        ByteBuffer copy = ByteBuffer.allocate(body.remaining());
        return copy.put(body.duplicate()).flip();
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the journal was not started");
        }
        return part;
    }

    @Override
    public void checkpointed(long index) {
        checkpointedIndex = Math.max(checkpointedIndex, index);
    }

    @Override
    public long bytesSinceCheckpoint() {
        long bytes = 0;
        for (CommittedEntry entry : history.subList((int) checkpointedIndex, history.size())) {
            bytes += entry.body().remaining();
        }
        return bytes;
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
        try {
            boolean more = true;
            while (more) {
                commit(Integer.MAX_VALUE);
                more = take();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stoppedCleanly = cleanly;
    }
}
