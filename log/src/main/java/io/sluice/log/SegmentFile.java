package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint names of one segment.
 *
 * @param baseOffset offset of its first batch or below it, also its file name
 * @param lengthBytes bytes of the log file that belong to the partition
 * @param maxTimestampMs largest record timestamp in it, −1 if it is empty
 * @param firstTimestampMs largest timestamp of its first batch, what {@link SegmentSettings#segmentMsMax} counts from; −1 if empty
 * @param generation 0 as it was appended; what compaction writes has the number of its pass, may have gaps between its
 *     batches, and is part of its file name
 * @param place where its bytes are if it has no file of its own
 */
public record SegmentFile(
        long baseOffset,
        long lengthBytes,
        long maxTimestampMs,
        long firstTimestampMs,
        int generation,
        @Nullable PackedPlace place) {
    /** A segment as it was appended. */
    public SegmentFile(long baseOffset, long lengthBytes, long maxTimestampMs, long firstTimestampMs) {
        this(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, 0);
    }

    /** A segment with a file of its own. */
    public SegmentFile(long baseOffset, long lengthBytes, long maxTimestampMs, long firstTimestampMs, int generation) {
        this(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, generation, null);
    }

    /** The same as compaction's pass of that number wrote it. */
    public SegmentFile of(int otherGeneration) {
        return new SegmentFile(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, otherGeneration, place);
    }

    /** The same in a file that others share. */
    public SegmentFile at(PackedPlace otherPlace) {
        return new SegmentFile(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, generation, otherPlace);
    }

    /** The same in a file of its own, as a copy has it. */
    public SegmentFile unpacked() {
        return new SegmentFile(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, generation);
    }
}
