package io.sluice.replication.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** First 4 KiB of a journal file; the package documentation has the layout. */
record FileHeader(long salt, long sequence, long oldestSequence) {
    static final int PAGE_BYTES = 4096;
    private static final int MAGIC = 0x534C4A46;
    private static final int VERSION = 1;
    private static final int CRC_AT = 32;
    private static final int BYTES = 36;

    /** A whole page, ready to be written. */
    ByteBuffer toPage() {
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
        page.putInt(0, MAGIC).putInt(4, VERSION).putLong(8, salt);
        page.putLong(16, sequence).putLong(24, oldestSequence);
        return page.putInt(CRC_AT, crc(page));
    }

    /** Null if the page holds no readable header. */
    static @Nullable FileHeader read(ByteBuffer page, String fileName) {
        if (page.limit() < BYTES || page.getInt(0) != MAGIC || page.getInt(CRC_AT) != crc(page)) {
            return null;
        }
        int version = page.getInt(4);
        if (version != VERSION) {
            throw DamagedJournalException.ofOtherRelease(
                    fileName + " has journal format version " + version + "; this release knows " + VERSION);
        }
        return new FileHeader(page.getLong(8), page.getLong(16), page.getLong(24));
    }

    private static int crc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
