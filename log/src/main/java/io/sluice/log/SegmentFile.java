package io.sluice.log;

/**
 * What a checkpoint names of one segment.
 *
 * @param baseOffset offset of its first batch, also its file name
 * @param lengthBytes bytes of the log file that belong to the partition
 * @param maxTimestampMs largest record timestamp in it, −1 if it is empty
 * @param firstTimestampMs largest timestamp of its first batch, what {@link SegmentSettings#segmentMsMax} counts from; −1 if empty
 */
public record SegmentFile(long baseOffset, long lengthBytes, long maxTimestampMs, long firstTimestampMs) {}
