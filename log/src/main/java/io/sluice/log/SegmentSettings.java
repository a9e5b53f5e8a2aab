package io.sluice.log;

/**
 * When a segment ends: a function of bytes and record timestamps only, so that all replicas have equal files.
 *
 * @param segmentBytesMax a batch that would make the file longer starts a new one
 * @param segmentMsMax a batch whose largest timestamp lies so far behind the segment's first starts a new one
 * @param indexIntervalBytes distance of two index entries
 */
public record SegmentSettings(int segmentBytesMax, long segmentMsMax, int indexIntervalBytes) {}
