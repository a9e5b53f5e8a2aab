package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Finds records by timestamp in the segments of one moment. Exact: indexes only say where to begin. Used by one thread. */
final class TimeSearch {
    private static final int WINDOW_BYTES = 16 << 10;

    /** Bounds the work on one batch; behind it the batch's own offset and largest timestamp are the answer. */
    private static final long UNPACKED_BYTES_MAX = 512L << 20;

    private final Segment[] segments;

    TimeSearch(Segment[] segments) {
        this.segments = segments;
    }

    Optional<TimestampedOffset> first(long timestampMs, long fromOffset) {
        for (Segment segment : segments) {
            Extent extent = segment.extent();
            if (extent.endOffset() > fromOffset && extent.maxTimestampMs() >= timestampMs) {
                Optional<TimestampedOffset> found = firstIn(segment, extent, timestampMs, fromOffset);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<TimestampedOffset> firstIn(
            Segment segment, Extent extent, long timestampMs, long fromOffset) {
        Place start = segment.indexed(extent, Long.MAX_VALUE, timestampMs);
        if (fromOffset > start.offset()) {
            Place byOffset = segment.indexed(extent, fromOffset, Long.MAX_VALUE);
            start = byOffset.offset() > start.offset() ? byOffset : start;
        }
        try (SegmentWalk walk = new SegmentWalk(segment, extent, WINDOW_BYTES, start);
                RecordCursor cursor = new RecordCursor()) {
            while (walk.next()) {
                // Checked even where it is passed over: a damaged timestamp would give a wrong answer.
                ByteBuffer batch = walk.batch();
                long maxTimestampMs = BatchHeader.maxTimestampMs(batch, batch.position());
                if (walk.lastOffset() >= fromOffset && maxTimestampMs >= timestampMs) {
                    Optional<TimestampedOffset> found = firstIn(batch, cursor, timestampMs, fromOffset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<TimestampedOffset> firstIn(
            ByteBuffer batch, RecordCursor cursor, long timestampMs, long fromOffset) {
        int position = batch.position();
        int leaderEpoch = BatchHeader.leaderEpoch(batch, position);
        try {
            cursor.open(batch, position, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                if (cursor.offset() >= fromOffset && cursor.timestampMs() >= timestampMs) {
                    return Optional.of(new TimestampedOffset(cursor.offset(), cursor.timestampMs(), leaderEpoch));
                }
            }
            return Optional.empty();
        } catch (MalformedBatchException unreadable) {
            // A client's compressed batch that nobody can open was stored as it came; its header still has an answer.
            long offset = Math.max(BatchHeader.baseOffset(batch, position), fromOffset);
            long maxTimestampMs = BatchHeader.maxTimestampMs(batch, position);
            return Optional.of(new TimestampedOffset(offset, maxTimestampMs, leaderEpoch));
        }
    }

    Optional<TimestampedOffset> firstLargest(long fromOffset) {
        long largestMs = -1;
        for (Segment segment : segments) {
            Extent extent = segment.extent();
            if (extent.endOffset() > fromOffset && extent.maxTimestampMs() > largestMs) {
                largestMs = Math.max(largestMs, largest(segment, extent, fromOffset));
            }
        }
        return largestMs < 0 ? Optional.empty() : first(largestMs, fromOffset);
    }

    private static long largest(Segment segment, Extent extent, long fromOffset) {
        long wholeMs = extent.maxTimestampMs();
        if (fromOffset <= segment.baseOffset()
                || firstIn(segment, extent, wholeMs, fromOffset).isPresent()) {
            return wholeMs;
        }
        // The largest of the segment lies before the offset: look at what is behind it.
        Place start = segment.locate(extent, fromOffset);
        long largestMs = -1;
        try (SegmentWalk walk = new SegmentWalk(segment, extent, WINDOW_BYTES, start);
                RecordCursor cursor = new RecordCursor()) {
            while (walk.next()) {
                boolean whole = walk.place().offset() >= fromOffset;
                largestMs = Math.max(
                        largestMs, whole ? walk.maxTimestampMs() : largestIn(walk.batch(), cursor, fromOffset));
            }
        }
        return largestMs;
    }

    private static long largestIn(ByteBuffer batch, RecordCursor cursor, long fromOffset) {
        long largestMs = -1;
        try {
            cursor.open(batch, batch.position(), UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                largestMs = cursor.offset() >= fromOffset ? Math.max(largestMs, cursor.timestampMs()) : largestMs;
            }
            return largestMs;
        } catch (MalformedBatchException unreadable) {
            return BatchHeader.maxTimestampMs(batch, batch.position());
        }
    }
}
