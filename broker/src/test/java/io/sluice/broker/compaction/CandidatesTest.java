package io.sluice.broker.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.CompactionDebt;
import io.sluice.log.CompactionReport;
import io.sluice.replication.Compactor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final long NOW_MS = 1_000_000;
    private static final CleanupSettings COMPACT = new CleanupSettings(true, false, 100, 5_000, 0.5, 1_000);

    private final Candidates candidates = new Candidates();

    private record Part(int index, CleanupSettings cleanup, CompactionDebt waiting, long nextHorizonMs)
            implements CompactedPartition {
        static Part of(int index, long cleanBytes, long dirtyBytes) {
            long firstDirtyMs = dirtyBytes == 0 ? -1 : NOW_MS - 200;
            return new Part(
                    index, COMPACT, new CompactionDebt(cleanBytes, dirtyBytes, firstDirtyMs, 10), Long.MAX_VALUE);
        }

        @Override
        public TopicId topicId() {
            return new TopicId(1, 2);
        }

        @Override
        public CompactionDebt debt(long youngestMs) {
            assertThat(youngestMs).isEqualTo(NOW_MS - cleanup.minLagMs());
            return waiting;
        }

        @Override
        public Compacted compacted() {
            return new Compacted(0, nextHorizonMs, 1);
        }

        @Override
        public Optional<CompactionReport> compact(Compactor.Order order) {
            return Optional.empty();
        }
    }

    private Optional<CompactedPartition> next(CompactedPartition... partitions) {
        return candidates.next(List.of(partitions), NOW_MS).map(Candidates.Candidate::partition);
    }

    @Test
    void theLargestShareOfDirtyBytesAboveTheTopicsComesFirst() {
        Part half = Part.of(0, 50, 50);
        Part more = Part.of(1, 40, 60);
        Part most = Part.of(2, 10, 90);

        assertThat(next(half)).isEmpty();
        assertThat(next(half, more, most)).contains(most);
        assertThat(candidates.largestRatio()).isEqualTo(0.9);
    }

    @Test
    void whatIsOnlyDeletedIsNeverCompacted() {
        Part deleted = new Part(0, CleanupSettings.DELETE, new CompactionDebt(0, 100, 1, 10), 0);

        assertThat(next(deleted)).isEmpty();
    }

    @Test
    void whatHasWaitedLongerThanTheLargestLagComesBeforeWhatIsDirtier() {
        Part old = new Part(0, COMPACT, new CompactionDebt(99, 1, NOW_MS - 5_001, 10), Long.MAX_VALUE);

        assertThat(next(Part.of(1, 0, 100), old)).contains(old);
    }

    @Test
    void tombstonesWhoseTimeIsOverAskForAPass() {
        Part waiting = new Part(0, COMPACT, new CompactionDebt(100, 0, -1, 10), NOW_MS + 1);
        Part over = new Part(0, COMPACT, new CompactionDebt(100, 0, -1, 10), NOW_MS);

        assertThat(next(waiting)).isEmpty();
        assertThat(next(over)).contains(over);
    }

    @Test
    void aPartitionThatFailedRests() {
        Part dirty = Part.of(0, 0, 100);
        candidates.rest(dirty, NOW_MS - 1);

        assertThat(next(dirty)).isEmpty();
        assertThat(candidates.restingCount()).isEqualTo(1);
        candidates.rest(dirty, NOW_MS - Candidates.REST_MS);
        assertThat(next(dirty)).contains(dirty);
    }
}
