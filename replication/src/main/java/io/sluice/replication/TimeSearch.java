package io.sluice.replication;

import io.sluice.log.StoredBatch;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.batch.RecordCursor;
import java.util.Optional;

/** Look-ups by time among batches in memory. */
final class TimeSearch {
    private static final long UNPACKED_BYTES_MAX = 128L << 20;

    private TimeSearch() {}

    /** The first record at or after the offset with at least this timestamp; releases the slice. */
    static Optional<TimestampedOffset> first(PartitionTail.Slice slice, long timestampMs, long fromOffset) {
        try {
            for (StoredBatch batch : slice.batches()) {
                if (batch.maxTimestampMs() >= timestampMs && batch.lastOffset() >= fromOffset) {
                    Optional<TimestampedOffset> found = firstIn(batch, timestampMs, fromOffset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        } finally {
            slice.release();
        }
    }

    /** The first record with the largest timestamp; releases the slice. */
    static Optional<TimestampedOffset> largest(PartitionTail.Slice slice, long fromOffset) {
        try {
            StoredBatch newest = null;
            for (StoredBatch batch : slice.batches()) {
                boolean isIn = batch.lastOffset() >= fromOffset;
                if (isIn && (newest == null || batch.maxTimestampMs() > newest.maxTimestampMs())) {
                    newest = batch;
                }
            }
            return newest == null ? Optional.empty() : firstIn(newest, newest.maxTimestampMs(), fromOffset);
        } finally {
            slice.release();
        }
    }

    private static Optional<TimestampedOffset> firstIn(StoredBatch batch, long timestampMs, long fromOffset) {
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch.bytes(), 0, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                long offset = batch.baseOffset() + cursor.offsetDelta();
                if (offset >= fromOffset && cursor.timestampMs() >= timestampMs) {
                    return Optional.of(new TimestampedOffset(offset, cursor.timestampMs(), batch.leaderEpoch()));
                }
            }
            return Optional.empty();
        }
    }
}
