package io.sluice.replication;

import io.sluice.log.BatchTimeSearch;
import io.sluice.log.PartitionLog;
import io.sluice.log.StoredBatch;
import io.sluice.log.TimestampedOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Look-ups by time in a partition's segments and then in its tail. Batches move from the one to the other meanwhile: where
 * the tail begins behind what was searched, the segments are searched again from there. Holding the tail from the beginning
 * would keep its memory for as long as the disk takes.
 *
 * <p>Any thread; may block. Throws what the log does.
 *
 * @param log the segments
 * @param tail the tail of the moment, which the taker releases
 */
record TimeLookup(PartitionLog log, Supplier<PartitionTail.Slice> tail) {
    private static final int ATTEMPTS_MAX = 16;

    /** The first record at or after the offset with at least this timestamp. */
    Optional<TimestampedOffset> first(long timestampMs, long fromOffset) {
        return search(
                fromOffset,
                true,
                from -> log.findByTime(timestampMs, from),
                slice -> firstInTail(slice, timestampMs, fromOffset));
    }

    /** The first record with the largest timestamp of those at or after the offset. */
    Optional<TimestampedOffset> largest(long fromOffset) {
        return search(fromOffset, false, log::findMaxTimestamp, slice -> largestInTail(slice, fromOffset));
    }

    private Optional<TimestampedOffset> search(
            long fromOffset,
            boolean isFirstEnough,
            LongFunction<Optional<TimestampedOffset>> inSegments,
            Function<PartitionTail.Slice, Optional<TimestampedOffset>> inTail) {
        Optional<TimestampedOffset> best = Optional.empty();
        long from = fromOffset;
        for (int attempt = 1; true; attempt++) {
            long searchedEnd = log.endOffset();
            best = later(best, inSegments.apply(from));
            if (isFirstEnough && best.isPresent()) {
                return best;
            }
            PartitionTail.Slice slice = tail.get();
            try {
                if (attempt == ATTEMPTS_MAX || continues(slice, searchedEnd)) {
                    return later(best, inTail.apply(slice));
                }
            } finally {
                slice.release();
            }
            from = Math.max(from, searchedEnd);
        }
    }

    private boolean continues(PartitionTail.Slice slice, long searchedEnd) {
        return log.endOffset() == searchedEnd
                || (!slice.batches().isEmpty() && slice.batches().getFirst().baseOffset() <= searchedEnd);
    }

    /** The one with the larger timestamp, the earlier if they are equal. */
    private static Optional<TimestampedOffset> later(
            Optional<TimestampedOffset> before, Optional<TimestampedOffset> behind) {
        if (before.isEmpty() || behind.isEmpty()) {
            return before.isPresent() ? before : behind;
        }
        return behind.get().timestampMs() > before.get().timestampMs() ? behind : before;
    }

    private static Optional<TimestampedOffset> firstInTail(
            PartitionTail.Slice slice, long timestampMs, long fromOffset) {
        try (BatchTimeSearch search = new BatchTimeSearch()) {
            return first(slice, search, timestampMs, fromOffset);
        }
    }

    private static Optional<TimestampedOffset> first(
            PartitionTail.Slice slice, BatchTimeSearch search, long timestampMs, long fromOffset) {
        for (StoredBatch batch : slice.batches()) {
            Optional<TimestampedOffset> found = search.first(batch, timestampMs, fromOffset);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<TimestampedOffset> largestInTail(PartitionTail.Slice slice, long fromOffset) {
        try (BatchTimeSearch search = new BatchTimeSearch()) {
            long largestMs = -1;
            for (StoredBatch batch : slice.batches()) {
                if (batch.maxTimestampMs() > largestMs) {
                    largestMs = Math.max(largestMs, search.largest(batch, fromOffset));
                }
            }
            return largestMs < 0 ? Optional.empty() : first(slice, search, largestMs, fromOffset);
        }
    }
}
