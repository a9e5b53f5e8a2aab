package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * First bytes of a block; the package documentation has the layout.
 *
 * @param committedIndex entries up to here, none behind {@code previousIndex}, were known to be committed; 0 if none were
 */
record BlockHeader(
        long salt,
        int page,
        long lsn,
        long syncedTo,
        long previousIndex,
        long previousTerm,
        long committedIndex,
        int bodyBytes,
        int entryCount,
        BlockType type,
        int bodyCrc) {
    static final int BYTES = 72;
    /** Of one entry, at the start of the body. */
    static final int ENTRY_HEADER_BYTES = 24;
    /** A whole block with its padding; smaller than a file of the default size. */
    static final int BLOCK_BYTES_MAX = 48 << 20;

    static final int BODY_BYTES_MAX = BLOCK_BYTES_MAX - BYTES;
    private static final int MAGIC = 0x534C4A42;
    private static final int CRC_AT = 64;
    private static final int TYPE_AT = 56;
    private static final int COMMITTED_MARK_MAX = 0xFF_FFFF;

    /** What a body takes on disk with header and padding. */
    static long blockBytes(long bodyBytes) {
        return (BYTES + bodyBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    long blockBytes() {
        return blockBytes(bodyBytes);
    }

    void write(ByteBuffer target, CRC32C crc) {
        target.putInt(0, MAGIC).putInt(4, page).putLong(8, salt).putLong(16, lsn);
        target.putLong(24, syncedTo).putLong(32, previousIndex).putLong(40, previousTerm);
        target.putInt(48, bodyBytes).putInt(52, entryCount).putInt(TYPE_AT, type.code() << 24 | committedMark());
        target.putInt(60, bodyCrc).putInt(CRC_AT, crc(target, 0, crc)).putInt(68, 0);
    }

    /** Whether a block of any file could start here: a cheap look before {@link #read}. */
    static boolean mayStartAt(ByteBuffer source, int at) {
        return source.getInt(at) == MAGIC;
    }

    /** Null unless a block of the file with this salt was written to this page. */
    static @Nullable BlockHeader read(ByteBuffer source, int at, long salt, long page) {
        BlockHeader header = readOfAnyFile(source, at);
        return header != null && header.salt == salt && header.page == page ? header : null;
    }

    /** Null unless this is a whole header; nothing is checked but its CRC and its lengths. */
    static @Nullable BlockHeader readOfAnyFile(ByteBuffer source, int at) {
        if (!mayStartAt(source, at) || source.getInt(at + CRC_AT) != crc(source, at, new CRC32C())) {
            return null;
        }
        BlockType type = BlockType.of(source.get(at + TYPE_AT));
        int bodyBytes = source.getInt(at + 48);
        int entryCount = source.getInt(at + 52);
        boolean lengthsFit = bodyBytes >= 0
                && bodyBytes <= BODY_BYTES_MAX
                && entryCount >= 0
                && (long) entryCount * ENTRY_HEADER_BYTES <= bodyBytes;
        if (type == null || !lengthsFit) {
            return null;
        }
        return new BlockHeader(
                source.getLong(at + 8),
                source.getInt(at + 4),
                source.getLong(at + 16),
                source.getLong(at + 24),
                source.getLong(at + 32),
                source.getLong(at + 40),
                committedIndex(source.getLong(at + 32), source.getInt(at + TYPE_AT) & COMMITTED_MARK_MAX),
                bodyBytes,
                entryCount,
                type,
                source.getInt(at + 60));
    }

    /** How far the commit was behind, and one more; 0 where that does not fit, and where nothing was committed. */
    private int committedMark() {
        long mark = previousIndex - committedIndex + 1;
        return committedIndex == 0 || mark > COMMITTED_MARK_MAX ? 0 : (int) mark;
    }

    private static long committedIndex(long previousIndex, int mark) {
        return mark == 0 ? 0 : Math.max(0, previousIndex - mark + 1);
    }

    private static int crc(ByteBuffer source, int at, CRC32C crc) {
        crc.reset();
        crc.update(source.slice(at, CRC_AT));
        return (int) crc.getValue();
    }
}
