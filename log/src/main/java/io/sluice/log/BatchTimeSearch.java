package io.sluice.log;

import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import java.util.Optional;

/**
 * Finds records by timestamp inside of one batch, in a segment or in memory. A client's compressed batch that nobody can
 * open was stored as it came; its header still has an answer. Used by one thread.
 */
public final class BatchTimeSearch implements AutoCloseable {
    /** Bounds the work on one batch; behind it the batch's own offset and largest timestamp are the answer. */
    private static final long UNPACKED_BYTES_MAX = 512L << 20;

    private final RecordCursor cursor = new RecordCursor();

    /** For any number of batches, one after the other. */
    public BatchTimeSearch() {}

    /** The first record at or after the offset whose timestamp is at least this. */
    public Optional<TimestampedOffset> first(StoredBatch batch, long timestampMs, long fromOffset) {
        if (batch.lastOffset() < fromOffset || batch.maxTimestampMs() < timestampMs) {
            return Optional.empty();
        }
        try {
            cursor.open(batch.bytes(), 0, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                long offset = batch.baseOffset() + cursor.offsetDelta();
                if (offset >= fromOffset && cursor.timestampMs() >= timestampMs) {
                    return Optional.of(new TimestampedOffset(offset, cursor.timestampMs(), batch.leaderEpoch()));
                }
            }
            return Optional.empty();
        } catch (MalformedBatchException unreadable) {
            long offset = Math.max(batch.baseOffset(), fromOffset);
            return Optional.of(new TimestampedOffset(offset, batch.maxTimestampMs(), batch.leaderEpoch()));
        }
    }

    /** The largest timestamp of the records at or after the offset, −1 if there is none. */
    public long largest(StoredBatch batch, long fromOffset) {
        if (batch.baseOffset() >= fromOffset) {
            return batch.maxTimestampMs();
        }
        if (batch.lastOffset() < fromOffset) {
            return -1;
        }
        long largestMs = -1;
        try {
            cursor.open(batch.bytes(), 0, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                boolean isIn = batch.baseOffset() + cursor.offsetDelta() >= fromOffset;
                largestMs = isIn ? Math.max(largestMs, cursor.timestampMs()) : largestMs;
            }
            return largestMs;
        } catch (MalformedBatchException unreadable) {
            return batch.maxTimestampMs();
        }
    }

    @Override
    public void close() {
        cursor.close();
    }
}
