package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.JournalEntry;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checkpoints, what they allow to forget, and starts behind them: a group of one node. */
class RaftJournalCheckpointTest {
    private static final JournalSettings FILES = new JournalSettings(16 << 10, 48 << 10, 2 << 20);

    private final SimulatedClock clock = new SimulatedClock();
    private final LoneGroup group = new LoneGroup(clock, FILES);

    @AfterEach
    void close() {
        group.close();
    }

    private record Bytes(int lengthBytes) implements Submission {
        @Override
        public ByteBuffer body() {
            return ByteBuffer.allocate(lengthBytes);
        }
    }

    /** Submits and hears; one life of the shard above. */
    private static final class Shard implements SubmissionSource, JournalListener {
        private final BlockingQueue<Submission> queued = new LinkedBlockingQueue<>();
        private final BlockingQueue<CommittedEntry> committed = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> terms = new LinkedBlockingQueue<>();

        @Override
        public List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
            Submission submission = queued.poll(waitNs, TimeUnit.NANOSECONDS);
            return submission == null ? List.of() : List.of(submission);
        }

        @Override
        public void committed(List<CommittedEntry> entries) {
            committed.addAll(entries);
        }

        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {
            queued.addAll(submissions);
        }

        @Override
        public void leadershipWon(long term) {
            terms.add(term);
        }

        /** Starts the journal; answers the term in which it leads. */
        long lead(RaftJournal journal) throws InterruptedException {
            journal.start(this, this);
            Long term = terms.poll(60, TimeUnit.SECONDS);
            assertThat(term).isNotNull();
            return term;
        }

        /** The last of so many more entries. */
        CommittedEntry commit(int count, int lengthBytes) throws InterruptedException {
            for (int at = 0; at < count; at++) {
                queued.add(new Bytes(lengthBytes));
            }
            CommittedEntry last = null;
            for (int at = 0; at < count; at++) {
                last = committed.poll(60, TimeUnit.SECONDS);
                assertThat(last).isNotNull();
            }
            assertThat(last).isNotNull();
            return last;
        }
    }

    @Test
    void checkpointsLetTheJournalForgetAndAStartGoesOnBehindThem() throws InterruptedException {
        RaftJournal journal = group.open(0, 0);
        Shard shard = new Shard();
        shard.lead(journal);
        CommittedEntry checkpointed = shard.commit(1, 10);
        for (int round = 0; round < 4; round++) {
            checkpointed = shard.commit(40, 3000);
            journal.checkpointed(checkpointed.index());
            long recorded = checkpointed.index();
            ClusterUnderTest.await("recorded", () -> journal.recordedIndex() == recorded);
            clock.advanceMs(20_000);
        }
        ClusterUnderTest.await("the beginning is forgotten", () -> {
            clock.advanceMs(20_000);
            try {
                shard.commit(1, 10);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return journal.firstIndex() > 40;
        });
        CommittedEntry last = shard.commit(5, 10);
        journal.stop(false);
        group.losePower();

        RaftJournal second = group.open(checkpointed.index(), checkpointed.term());
        Shard restarted = new Shard();
        long term = restarted.lead(second);
        second.stop(false);

        assertThat(term).isGreaterThan(last.term());
        List<Long> indexes =
                restarted.committed.stream().map(CommittedEntry::index).toList();
        assertThat(indexes).isNotEmpty().allMatch(index -> index > second.recordedIndex());
        assertThat(indexes.getLast()).isEqualTo(last.index());
    }

    @Test
    void theFirstRecordWaitsForRoomOnTheDisk() throws InterruptedException {
        RaftJournal journal = group.open(0, 0);
        Shard shard = new Shard();
        shard.lead(journal);
        CommittedEntry first = shard.commit(1, 10);
        long usedBytes = Long.MAX_VALUE - group.disk().usableBytes(LoneGroup.DIRECTORY);
        group.disk().limitCapacity(usedBytes + 4_000);
        journal.checkpointed(first.index());
        // The engine, if it was asked, fails meanwhile.
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(journal.recordedIndex()).isZero();

        group.disk().limitCapacity(Long.MAX_VALUE);
        CommittedEntry second = shard.commit(3, 10);
        journal.checkpointed(second.index());

        ClusterUnderTest.await("recorded", () -> journal.recordedIndex() == second.index());
        journal.stop(false);
    }

    @Test
    void aDirectoryThatASingleNodeWroteGoesOnAsTheFirstOfAGroup() throws InterruptedException {
        try (JournalFiles files =
                JournalFiles.open(group.disk(), LoneGroup.DIRECTORY.resolve("journal"), FILES, group.random())) {
            for (int index = 1; index <= 60; index++) {
                ByteBuffer body = ByteBuffer.allocate(50).putInt(0, index);
                files.append(List.of(new JournalEntry(index, 3, EntryCodec.DATA, body)), true);
            }
            files.close(true);
        }

        RaftJournal journal = group.open(40, 3);
        Shard shard = new Shard();
        long term = shard.lead(journal);
        journal.stop(true);

        assertThat(term).isGreaterThan(3);
        assertThat(shard.committed.stream().map(entry -> entry.body().getInt(0)))
                .containsExactlyElementsOf(IntStream.rangeClosed(41, 60).boxed().toList());
    }

    @Test
    void aDirectoryWithoutACheckpointBeginsWithItsFirstEntry() throws InterruptedException {
        try (JournalFiles files =
                JournalFiles.open(group.disk(), LoneGroup.DIRECTORY.resolve("journal"), FILES, group.random())) {
            files.append(List.of(new JournalEntry(1, 1, EntryCodec.DATA, ByteBuffer.allocate(9))), true);
        }

        RaftJournal journal = group.open(0, 0);
        Shard shard = new Shard();
        shard.lead(journal);
        journal.stop(true);

        assertThat(shard.committed).hasSize(1);
    }

    /** The process ends then, but not everywhere at once. */
    @Test
    void aJournalStopsThoughACheckpointCouldNotBeRecorded() throws InterruptedException {
        RaftJournal journal = group.open(0, 0);
        Shard shard = new Shard();
        shard.lead(journal);
        CommittedEntry checkpointed = shard.commit(1, 10);
        group.disk().failSync(1);

        journal.checkpointed(checkpointed.index());
        ClusterUnderTest.await("the process ends", () -> !group.halts().isEmpty());
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> journal.stop(false));

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(60));
        assertThat(group.halts()).first().isInstanceOf(DiskException.class);
        group.halts().clear();
    }

    /** Who has forgotten its vote may vote twice in one term. */
    @Test
    void aLostVoteIsNotTakenForAFirstStart() throws InterruptedException {
        RaftJournal journal = group.open(0, 0);
        Shard shard = new Shard();
        shard.lead(journal);
        journal.stop(true);
        group.disk().delete(LoneGroup.DIRECTORY.resolve("vote"));

        assertThatThrownBy(() -> group.open(0, 0))
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("lost its vote");
    }
}
