package io.sluice.log;

/**
 * When a segment ends: a function of bytes and record timestamps only, so that all replicas have equal files.
 *
 * @param segmentBytesMax a batch that would make the file longer starts a new one
 * @param segmentMsMax a batch whose largest timestamp lies so far behind the segment's first starts a new one
 * @param indexIntervalBytes distance of two index entries
 */
public record SegmentSettings(int segmentBytesMax, long segmentMsMax, int indexIntervalBytes) {
    /**
     * Whether the batch begins a new segment. Besides the two limits, offsets and file positions within a segment fit
     * into 31 bits, which the index rests on. A segment has at least one batch, whatever its size.
     */
    public boolean startsNewSegment(SegmentFile current, StoredBatch batch) {
        if (current.lengthBytes() == 0) {
            return false;
        }
        if (current.lengthBytes() + batch.lengthBytes() > segmentBytesMax) {
            return true;
        }
        if (batch.lastOffset() - current.baseOffset() > Integer.MAX_VALUE) {
            return true;
        }
        return current.firstTimestampMs() >= 0
                && batch.maxTimestampMs() >= 0
                && batch.maxTimestampMs() - current.firstTimestampMs() > segmentMsMax;
    }
}
