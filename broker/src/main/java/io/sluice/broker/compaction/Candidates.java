package io.sluice.broker.compaction;

import io.sluice.broker.api.CleanupSettings;
import io.sluice.common.TopicId;
import io.sluice.log.CompactionDebt;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what to compact next: what has waited longer than max.compaction.lag.ms or holds tombstones whose time is over comes
 * first, then the largest dirty ratio above min.cleanable.dirty.ratio. A partition that failed rests. One thread.
 */
final class Candidates {
    /** Somebody has to repair it first. */
    static final long REST_MS = 600_000;

    private final Map<Key, Long> restingUntilMs = new HashMap<>();
    private double largestRatio;

    private record Key(TopicId topicId, int index) {
        static Key of(CompactedPartition partition) {
            return new Key(partition.topicId(), partition.index());
        }
    }

    /**
     * What to do.
     *
     * @param isForced whether time demands it
     */
    record Candidate(CompactedPartition partition, CompactionDebt debt, boolean isForced) {
        boolean isBefore(@Nullable Candidate other) {
            if (other == null || isForced != other.isForced) {
                return other == null || isForced;
            }
            return debt.dirtyRatio() > other.debt.dirtyRatio();
        }
    }

    /** The next one, if there is anything to do. */
    Optional<Candidate> next(Iterable<CompactedPartition> partitions, long nowMs) {
        restingUntilMs.values().removeIf(untilMs -> untilMs <= nowMs);
        Candidate best = null;
        double largest = 0;
        for (CompactedPartition partition : partitions) {
            CleanupSettings cleanup = partition.cleanup();
            if (cleanup.compacts()) {
                CompactionDebt debt = partition.debt(nowMs - cleanup.minLagMs());
                largest = Math.max(largest, debt.dirtyRatio());
                Candidate candidate = new Candidate(partition, debt, isForced(partition, debt, nowMs));
                if (isDue(candidate, cleanup) && candidate.isBefore(best)) {
                    best = candidate;
                }
            }
        }
        largestRatio = largest;
        return Optional.ofNullable(best);
    }

    private boolean isDue(Candidate candidate, CleanupSettings cleanup) {
        boolean rests = restingUntilMs.containsKey(Key.of(candidate.partition()));
        return !rests && (candidate.isForced() || candidate.debt().dirtyRatio() > cleanup.minDirtyRatio());
    }

    private static boolean isForced(CompactedPartition partition, CompactionDebt debt, long nowMs) {
        boolean hasWaited = debt.firstDirtyMs() >= 0
                && nowMs - debt.firstDirtyMs() > partition.cleanup().maxLagMs();
        boolean mayForget = debt.endOffset() > 0 && partition.compacted().nextHorizonMs() <= nowMs;
        return hasWaited && debt.dirtyBytes() > 0 || mayForget;
    }

    /** It failed: not again for a while. */
    void rest(CompactedPartition partition, long nowMs) {
        restingUntilMs.put(Key.of(partition), nowMs + REST_MS);
    }

    /** Largest dirty ratio at the last look. */
    double largestRatio() {
        return largestRatio;
    }

    /** Partitions that rest. */
    int restingCount() {
        return restingUntilMs.size();
    }
}
