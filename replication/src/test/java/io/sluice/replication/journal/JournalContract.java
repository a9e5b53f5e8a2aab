package io.sluice.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every journal promises to the shard above it. */
abstract class JournalContract {
    private static final int ENTRIES = 200;

    /** The journal as it is when its node starts: empty at first, then what the last life left. */
    abstract Journal open();

    /** Whether committed entries outlive the node. */
    abstract boolean isDurable();

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

    private static final class Source implements SubmissionSource {
        private final ArrayDeque<Submission> queued = new ArrayDeque<>();

        synchronized void add(Submission submission) {
            queued.add(submission);
            notifyAll();
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

    private static final class Ends implements JournalListener {
        private final List<CommittedEntry> committed = new ArrayList<>();
        private final List<Submission> ended = new ArrayList<>();

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
    void nudge(Journal journal) {
        assertThat(journal.lastIndex()).isNotNegative();
    }

    private List<Submission> submitAndStop(Journal journal) {
        journal.start(source, ends);
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
    void everySubmissionEndsOnceWhenTheJournalHasStopped() {
        List<Submission> submitted = submitAndStop(open());

        assertThat(ends.ended).containsExactlyInAnyOrderElementsOf(submitted);
    }

    @Test
    void indexesRiseByOneTermsNeverFallAndOwnEntriesKeepTheirOrder() {
        submitAndStop(open());

        long term = 0;
        int number = -1;
        for (int i = 0; i < ends.committed.size(); i++) {
            CommittedEntry entry = ends.committed.get(i);
            assertThat(entry.index()).isEqualTo(i + 1);
            assertThat(entry.term()).isGreaterThanOrEqualTo(term);
            assertThat(entry.body().getInt(0)).isGreaterThan(number);
            term = entry.term();
            number = entry.body().getInt(0);
        }
        assertThat(number).isGreaterThan(ENTRIES / 2);
    }

    @Test
    void aReplayGivesWhatWasCommitted() {
        submitAndStop(open());

        List<String> replayed = replayed(open(), 1);

        assertThat(replayed).isEqualTo(isDurable() ? described(1) : List.of());
    }

    @Test
    void aReplayBehindACheckpointGivesTheRest() {
        submitAndStop(open());
        long checkpointed = ends.committed.size() / 2;
        Journal second = open();
        second.checkpointed(checkpointed);
        second.start(source, ends);
        second.stop(true);

        assertThat(replayed(open(), checkpointed + 1)).isEqualTo(isDurable() ? described(checkpointed + 1) : List.of());
    }

    private List<String> described(long fromIndex) {
        return ends.committed.stream()
                .filter(entry -> entry.index() >= fromIndex)
                .map(JournalContract::describe)
                .toList();
    }

    private static List<String> replayed(Journal journal, long fromIndex) {
        List<String> replayed = new ArrayList<>();
        journal.replay(fromIndex, entry -> replayed.add(describe(entry)));
        return replayed;
    }

    private static String describe(CommittedEntry entry) {
        ByteBuffer body = entry.body();
        return entry.index() + " in " + entry.term() + ": " + body.remaining() + " of " + body.getInt(body.position());
    }
}
