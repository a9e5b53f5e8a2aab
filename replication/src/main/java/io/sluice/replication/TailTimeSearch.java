package io.sluice.replication;

import io.sluice.log.BatchTimeSearch;
import io.sluice.log.StoredBatch;
import io.sluice.log.TimestampedOffset;
import java.util.Optional;

/** Look-ups by time among batches in memory. */
final class TailTimeSearch {
    private TailTimeSearch() {}

    /** The first record at or after the offset with at least this timestamp; releases the slice. */
    static Optional<TimestampedOffset> first(PartitionTail.Slice slice, long timestampMs, long fromOffset) {
        try (BatchTimeSearch search = new BatchTimeSearch()) {
            return first(slice, search, timestampMs, fromOffset);
        } finally {
            slice.release();
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

    /** The first record with the largest timestamp of those at or after the offset; releases the slice. */
    static Optional<TimestampedOffset> largest(PartitionTail.Slice slice, long fromOffset) {
        try (BatchTimeSearch search = new BatchTimeSearch()) {
            long largestMs = -1;
            for (StoredBatch batch : slice.batches()) {
                if (batch.maxTimestampMs() > largestMs) {
                    largestMs = Math.max(largestMs, search.largest(batch, fromOffset));
                }
            }
            return largestMs < 0 ? Optional.empty() : first(slice, search, largestMs, fromOffset);
        } finally {
            slice.release();
        }
    }
}
