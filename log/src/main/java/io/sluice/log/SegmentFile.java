package io.sluice.log;

/**
 * What a checkpoint names of one segment.
 *
 * @param baseOffset offset of its first batch or below it, also its file name
 * @param lengthBytes bytes of the log file that belong to the partition
 * @param maxTimestampMs largest record timestamp in it, −1 if it is empty
 * @param firstTimestampMs largest timestamp of its first batch, what {@link SegmentSettings#segmentMsMax} counts from; −1 if empty
 * @param generation 0 as it was appended; what compaction writes has the number of its pass, may have gaps between its
 *     batches, and is part of its file name
 */
public record SegmentFile(
        long baseOffset, long lengthBytes, long maxTimestampMs, long firstTimestampMs, int generation) {
    /** A segment as it was appended. */
    public SegmentFile(long baseOffset, long lengthBytes, long maxTimestampMs, long firstTimestampMs) {
        this(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, 0);
    }
}
