package io.sluice.log;

import java.util.Optional;

/** Finds records by timestamp in the segments of one moment. Exact: indexes only say where to begin. Used by one thread. */
final class TimeSearch {
    private static final int WINDOW_BYTES = 16 << 10;

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
                BatchTimeSearch search = new BatchTimeSearch()) {
            while (walk.next()) {
                // Checked even where it is passed over: a damaged timestamp would give a wrong answer.
                Optional<TimestampedOffset> found = search.first(walk.stored(), timestampMs, fromOffset);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
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
                BatchTimeSearch search = new BatchTimeSearch()) {
            while (walk.next()) {
                boolean isWhole = walk.place().offset() >= fromOffset;
                largestMs = Math.max(
                        largestMs, isWhole ? walk.maxTimestampMs() : search.largest(walk.stored(), fromOffset));
            }
        }
        return largestMs;
    }
}
