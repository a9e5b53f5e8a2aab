package io.sluice.log;

import io.sluice.common.Check;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A place in a segment where a batch begins. 20 bytes in the file; the CRC also covers the segment's base offset, so
 * that an entry in the wrong file is none.
 *
 * <pre>
 * base offset less the segment's 4 | file position 4 | largest timestamp before the batch 8 | CRC-32C 4
 * </pre>
 *
 * @param offset base offset of the batch
 * @param filePosition where it begins
 * @param maxTimestampBeforeMs largest timestamp of all batches before it in the segment, −1 if none
 */
record IndexEntry(long offset, int filePosition, long maxTimestampBeforeMs) {
    static final int BYTES = 20;

    private static final int CRC = 16;

    static IndexEntry first(long baseOffset) {
        return new IndexEntry(baseOffset, 0, -1);
    }

    void put(ByteBuffer target, long baseOffset) {
        long delta = offset - baseOffset;
        Check.check(delta >= 0 && delta <= Integer.MAX_VALUE, "offset %d is too far from %d", offset, baseOffset);
        int start = target.position();
        target.putInt((int) delta).putInt(filePosition).putLong(maxTimestampBeforeMs);
        target.putInt(crc(target, start, baseOffset));
    }

    /** Null if the bytes are not an entry of this segment. */
    static @Nullable IndexEntry read(ByteBuffer source, int start, long baseOffset) {
        int delta = source.getInt(start);
        int filePosition = source.getInt(start + 4);
        if (delta < 0 || filePosition < 0 || source.getInt(start + CRC) != crc(source, start, baseOffset)) {
            return null;
        }
        return new IndexEntry(baseOffset + delta, filePosition, source.getLong(start + 8));
    }

    /** Whether it may follow the other one in an index. */
    boolean follows(IndexEntry earlier) {
        return offset > earlier.offset
                && filePosition > earlier.filePosition
                && maxTimestampBeforeMs >= earlier.maxTimestampBeforeMs;
    }

    /** Whether all records that matter to the search lie at or behind it. */
    boolean isBefore(long searchedOffset, long searchedTimestampMs) {
        return offset <= searchedOffset && maxTimestampBeforeMs < searchedTimestampMs;
    }

    private static int crc(ByteBuffer bytes, int start, long baseOffset) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(start, CRC));
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (baseOffset >>> shift));
        }
        return (int) crc.getValue();
    }
}
