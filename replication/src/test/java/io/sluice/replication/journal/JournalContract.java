package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every journal promises to the shard above it. */
public abstract class JournalContract {
    private static final int ENTRIES = 200;

    /** Room for a block for each entry: a journal that keeps up with who submits writes them one by one. */
    protected static final JournalSettings FILES = new JournalSettings(16 << 10, 48 << 10, 4 << 20);

    /** The journal as it is when its node starts: empty at first, then what the last life left. */
    protected abstract Journal open();

    /** Whether committed entries outlive the node. */
    protected abstract boolean isDurable();

    /** Whether entries of the journal's own lie between those that were submitted. */
    protected boolean hasEntriesOfItsOwn() {
        return false;
    }

    /** Returns when a journal that was just started takes submissions. */
    protected void awaitReady(Ends heard) throws InterruptedException {}

    /** What a restarted journal brings back from the index on. */
    protected List<CommittedEntry> restored(Journal journal, long fromIndex) throws InterruptedException {
        List<CommittedEntry> restored = new ArrayList<>();
        journal.replay(fromIndex, entry -> restored.add(kept(entry)));
        return restored;
    }

    /** What was lent for a call, kept. */
    protected static CommittedEntry kept(CommittedEntry entry) {
        ByteBuffer body = ByteBuffer.allocate(entry.body().remaining());
        body.put(entry.body().duplicate()).flip();
        return new CommittedEntry(entry.index(), entry.term(), body, null);
    }

    private final Source source = new Source();
    private final Ends ends = new Ends();

    private record Numbered(int number) implements Submission {
        @Override
        public ByteBuffer body() {
            return bodyOf(number);
        }
    }

    private static ByteBuffer bodyOf(int number) {
        return ByteBuffer.allocateDirect(4 + number % 100).putInt(0, number);
    }

    /** Gives what it was given. */
    public static final class Source implements SubmissionSource {
        private final ArrayDeque<Submission> queued = new ArrayDeque<>();

        synchronized void add(Submission submission) {
            queued.add(submission);
            notifyAll();
        }

        synchronized void announce() {
            notifyAll();
        }

        /** Without waking who waits for it. */
        synchronized void addSilently(Submission submission) {
            queued.add(submission);
        }

        @Override
        public synchronized List<? extends Submission> takeOnly(int maxBytes) {
            boolean isSmall = queued.size() == 1 && queued.peekFirst().body().remaining() <= maxBytes;
            return isSmall ? List.of(queued.removeFirst()) : List.of();
        }

        @Override
        public synchronized List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
            if (queued.isEmpty() && waitNs > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, waitNs);
            }
            List<Submission> taken = new ArrayList<>();
            long bytes = 0;
            while (!queued.isEmpty() && bytes < maxBytes && taken.size() < 7) {
                bytes += queued.peekFirst().body().remaining();
                taken.add(queued.removeFirst());
            }
            return taken;
        }
    }

    /** Keeps what it hears. */
    public static final class Ends implements JournalListener {
        private final List<CommittedEntry> committed = new ArrayList<>();
        private final List<Submission> ended = new ArrayList<>();
        private final CountDownLatch leading = new CountDownLatch(1);

        @Override
        public void leadershipWon(long term) {
            leading.countDown();
        }

        /** Waits until the node leads; by then it has heard of everything older. */
        public void awaitLeadership() throws InterruptedException {
            assertThat(leading.await(60, TimeUnit.SECONDS)).as("the node leads").isTrue();
        }

        /** So far, in order. */
        public synchronized List<CommittedEntry> committed() {
            return List.copyOf(committed);
        }

        @Override
        public synchronized void committed(List<CommittedEntry> entries) {
            committed.addAll(entries);
            entries.forEach(entry -> {
                if (entry.submission() != null) {
                    ended.add(entry.submission());
                }
            });
        }

        @Override
        public synchronized void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            ended.addAll(submissions);
        }
    }

    /** Lets a journal without threads do something; others do it by themselves. */
    protected void nudge(Journal journal) {
        assertThat(journal.lastIndex()).isNotNegative();
    }

    private List<Submission> submitAndStop(Journal journal) throws InterruptedException {
        journal.start(source, ends);
        awaitReady(ends);
        List<Submission> submitted = new ArrayList<>();
        for (int number = 0; number < ENTRIES; number++) {
            Numbered submission = new Numbered(number);
            submitted.add(submission);
            source.add(submission);
            nudge(journal);
        }
        journal.stop(true);
        return submitted;
    }

    @Test
    void everySubmissionEndsOnceWhenTheJournalHasStopped() throws InterruptedException {
        List<Submission> submitted = submitAndStop(open());

        assertThat(ends.ended).containsExactlyInAnyOrderElementsOf(submitted);
    }

    @Test
    void indexesRiseByOneTermsNeverFallAndOwnEntriesKeepTheirOrder() throws InterruptedException {
        submitAndStop(open());

        long index = 0;
        long term = 0;
        int number = -1;
        for (CommittedEntry entry : ends.committed()) {
            assertThat(entry.index()).isGreaterThan(index);
            assertThat(hasEntriesOfItsOwn() || entry.index() == index + 1).isTrue();
            assertThat(entry.term()).isGreaterThanOrEqualTo(term);
            assertThat(entry.body().getInt(0)).isGreaterThan(number);
            index = entry.index();
            term = entry.term();
            number = entry.body().getInt(0);
        }
        assertThat(number).isGreaterThan(ENTRIES / 2);
    }

    @Test
    void aReplayGivesWhatWasCommitted() throws InterruptedException {
        submitAndStop(open());

        List<CommittedEntry> restored = restored(open(), 1);

        assertThat(restored.stream().map(JournalContract::describe))
                .containsExactlyElementsOf(isDurable() ? described(1) : List.of());
    }

    @Test
    void aReplayBehindACheckpointGivesTheRest() throws InterruptedException {
        submitAndStop(open());
        long checkpointed = ends.committed().get(ends.committed().size() / 2).index();
        Journal second = open();
        second.checkpointed(checkpointed);
        second.start(source, new Ends());
        second.stop(true);

        assertThat(restored(open(), checkpointed + 1).stream().map(JournalContract::describe))
                .containsExactlyElementsOf(isDurable() ? described(checkpointed + 1) : List.of());
    }

    private List<String> described(long fromIndex) {
        return ends.committed().stream()
                .filter(entry -> entry.index() >= fromIndex)
                .map(JournalContract::describe)
                .toList();
    }

    private static String describe(CommittedEntry entry) {
        ByteBuffer body = entry.body();
        return entry.index() + " in " + entry.term() + ": " + body.remaining() + " of " + body.getInt(body.position());
    }
}
