package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the batches of a chunk that was read from a segment and finds those that may be given.
 *
 * @param limits of the read
 */
record ChunkCheck(Segment segment, Extent extent, Limits limits) {
    /**
     * What a read may give.
     *
     * @param bytesMax of all batches
     * @param oneIsOwed whether the first batch may be larger
     * @param upToOffset nothing at or above it
     */
    record Limits(int bytesMax, boolean oneIsOwed, long upToOffset) {}

    /**
     * Good batches and what comes behind them.
     *
     * @param goodBytes of whole batches from the start
     * @param nextOffset behind the last of them
     * @param firstSizeBytes that of a first batch which the chunk cuts off, 0 if it does not
     * @param problem of the batch behind the good ones, null if there is none
     */
    record Found(
            int goodBytes,
            long nextOffset,
            int firstSizeBytes,
            @Nullable String problem) {}

    /** Of bytes that come from the disk: every batch is held against its header and its CRC. */
    Found read(ByteBuffer bytes, int askedBytes, Place start) {
        return walk(bytes, askedBytes, start, false);
    }

    /** Of bytes that were checked before, against other limits. */
    Found again(ByteBuffer bytes, Place start) {
        return walk(bytes, bytes.limit(), start, true);
    }

    private Found walk(ByteBuffer bytes, int askedBytes, Place start, boolean isKnownGood) {
        String shortage = bytes.limit() < askedBytes ? "the file is shorter than its segment" : null;
        int at = 0;
        long nextOffset = start.offset();
        while (bytes.limit() - at >= BatchLayout.RECORDS) {
            String problem = segment.frameProblem(bytes, at, new Place(start.filePosition() + at, nextOffset), extent);
            if (problem != null) {
                return new Found(at, nextOffset, 0, problem);
            }
            int sizeBytes = BatchLayout.sizeBytes(bytes, at);
            if (BatchHeader.lastOffset(bytes, at) >= limits.upToOffset()) {
                return new Found(at, nextOffset, 0, null);
            }
            if (sizeBytes > bytes.limit() - at) {
                return new Found(at, nextOffset, at == 0 ? sizeBytes : 0, shortage);
            }
            if (sizeBytes > limits.bytesMax() - at && !(limits.oneIsOwed() && at == 0)) {
                return new Found(at, nextOffset, 0, null);
            }
            if (!isKnownGood && !BatchHeader.hasValidCrc(bytes, at)) {
                return new Found(at, nextOffset, 0, "a batch does not match its CRC");
            }
            nextOffset = BatchHeader.lastOffset(bytes, at) + 1;
            at += sizeBytes;
        }
        long leftOver = extent.lengthBytes() - start.filePosition() - at;
        boolean torn = leftOver > 0 && leftOver < BatchLayout.RECORDS;
        return new Found(at, nextOffset, 0, torn ? "the segment ends inside of a batch" : shortage);
    }
}
