package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** First bytes of a block; the package documentation has the layout. */
record BlockHeader(
        long salt,
        int page,
        long lsn,
        long syncedTo,
        long previousIndex,
        long previousTerm,
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
        target.putInt(48, bodyBytes).putInt(52, entryCount).putInt(56, type.code() << 24);
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
        BlockType type = BlockType.of(source.get(at + 56));
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
                bodyBytes,
                entryCount,
                type,
                source.getInt(at + 60));
    }

    private static int crc(ByteBuffer source, int at, CRC32C crc) {
        crc.reset();
        crc.update(source.slice(at, CRC_AT));
        return (int) crc.getValue();
    }
}
