package io.sluice.log;

/**
 * What readers may see of a segment: an immutable picture that the writer replaces after each write.
 *
 * @param lengthBytes readable bytes
 * @param endOffset offset after the last record
 * @param maxTimestampMs largest timestamp, −1 if none
 * @param firstTimestampMs largest timestamp of the first batch, −1 if none
 */
record Extent(long lengthBytes, long endOffset, long maxTimestampMs, long firstTimestampMs) {
    static Extent empty(long baseOffset) {
        return new Extent(0, baseOffset, -1, -1);
    }

    Extent with(StoredBatch batch) {
        return new Extent(
                lengthBytes + batch.lengthBytes(),
                batch.lastOffset() + 1,
                Math.max(maxTimestampMs, batch.maxTimestampMs()),
                lengthBytes == 0 ? batch.maxTimestampMs() : firstTimestampMs);
    }

    Extent endingAt(long offset) {
        return new Extent(lengthBytes, offset, maxTimestampMs, firstTimestampMs);
    }

    SegmentFile asFile(long baseOffset, int generation) {
        return new SegmentFile(baseOffset, lengthBytes, maxTimestampMs, firstTimestampMs, generation);
    }
}
