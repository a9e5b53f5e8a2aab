package io.sluice.log;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the header of a stored batch must fulfil so that it can be stepped over; cheaper than its CRC. */
final class BatchFrame {
    private static final String MISPLACED = "a batch has another offset than the one before it says";

    private BatchFrame() {}

    /**
     * What is wrong with the header at the position, of which {@link BatchLayout#RECORDS} bytes are there, or null.
     *
     * @param leftBytes bytes of the segment from the header on
     * @param expectedOffset base offset it must have
     * @param endOffset offset behind the segment's last
     */
    static @Nullable String problem(ByteBuffer bytes, int at, long leftBytes, long expectedOffset, long endOffset) {
        if (BatchHeader.magic(bytes, at) == BatchLayout.MAGIC_V2
                && BatchHeader.baseOffset(bytes, at) != expectedOffset) {
            return MISPLACED;
        }
        return problem(bytes, at, leftBytes, endOffset);
    }

    /** The same where batches were taken out before it: its base offset may be larger. */
    static @Nullable String problemBehindGap(
            ByteBuffer bytes, int at, long leftBytes, long leastOffset, long endOffset) {
        if (BatchHeader.magic(bytes, at) == BatchLayout.MAGIC_V2 && BatchHeader.baseOffset(bytes, at) < leastOffset) {
            return MISPLACED;
        }
        return problem(bytes, at, leftBytes, endOffset);
    }

    /** The batches of a whole segment whose bytes are known to be good, from position 0 to the limit. */
    static List<StoredBatch> stored(ByteBuffer segment) {
        List<StoredBatch> batches = new ArrayList<>();
        int at = 0;
        while (at < segment.limit()) {
            int sizeBytes = BatchLayout.sizeBytes(segment, at);
            batches.add(new StoredBatch(
                    BatchHeader.baseOffset(segment, at),
                    BatchHeader.lastOffset(segment, at),
                    BatchHeader.leaderEpoch(segment, at),
                    BatchHeader.maxTimestampMs(segment, at),
                    segment.slice(at, sizeBytes)));
            at += sizeBytes;
        }
        return batches;
    }

    private static @Nullable String problem(ByteBuffer bytes, int at, long leftBytes, long endOffset) {
        if (BatchHeader.magic(bytes, at) != BatchLayout.MAGIC_V2) {
            return "there is no batch of version 2";
        }
        int lengthBytes = bytes.getInt(at + BatchLayout.LENGTH);
        if (lengthBytes < BatchLayout.RECORDS - BatchLayout.LENGTH_OVERHEAD
                || lengthBytes > BatchRewriter.BATCH_BYTES_MAX
                || lengthBytes > leftBytes - BatchLayout.LENGTH_OVERHEAD) {
            return "the length of a batch is impossible";
        }
        if (BatchHeader.lastOffsetDelta(bytes, at) < 0 || BatchHeader.lastOffset(bytes, at) >= endOffset) {
            return "the last offset of a batch is impossible";
        }
        return null;
    }
}
