package io.sluice.replication.raft;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.WholeFile;
import io.sluice.replication.journal.DamagedJournalException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A few bytes that change as a whole and are never forgotten: two pages, written one after the other, each synced. Damage
 * of one page costs nothing, since both hold the newest content once a write has returned. The package documentation has the
 * layout. One thread at a time.
 */
final class SlotFile implements AutoCloseable {
    /** Content is at most so long. */
    static final int CONTENT_BYTES_MAX = 4072;

    private static final int PAGE_BYTES = 4096;
    private static final int MAGIC = 0x534C5346;
    private static final int VERSION = 1;
    private static final int CONTENT_AT = 20;
    private static final int CRC_AT = PAGE_BYTES - 4;

    private final DiskFile file;
    private byte[] content;
    private long sequence;
    private boolean broken;

    private SlotFile(DiskFile file, byte[] content, long sequence) {
        this.file = file;
        this.content = content;
        this.sequence = sequence;
    }

    /** Creates the file with the content, all durable on return. */
    static SlotFile create(Disk disk, Path directory, String name, byte[] content) {
        ByteBuffer pages = ByteBuffer.allocate(2 * PAGE_BYTES);
        pages.put(page(1, content)).put(page(2, content));
        WholeFile.replace(disk, directory, name, pages.flip());
        return open(disk, directory.resolve(name));
    }

    /**
     * Opens the file. What it read it writes again before it returns: what a dead process wrote but did not sync may be
     * read and yet be forgotten later.
     */
    static SlotFile open(Disk disk, Path path) {
        DiskFile file = disk.open(path);
        boolean done = false;
        try {
            SlotFile opened = read(file, path);
            done = true;
            return opened;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /**
     * A page is written only after the other one was synced. So of two good pages the one with the lower sequence is
     * durable, and a single good page is; that one is written last.
     */
    private static SlotFile read(DiskFile file, Path path) {
        ByteBuffer first = read(file, 0);
        ByteBuffer second = read(file, PAGE_BYTES);
        if (first == null && second == null) {
            throw new DamagedJournalException(path + " is damaged: neither of its two copies can be read");
        }
        long firstSequence = first == null ? 0 : first.getLong(8);
        long secondSequence = second == null ? 0 : second.getLong(8);
        ByteBuffer newest = firstSequence > secondSequence ? first : second;
        Check.check(newest != null, "the page with the higher sequence is a good one");
        byte[] content = new byte[newest.getInt(16)];
        newest.get(CONTENT_AT, content);
        boolean bothAreGood = first != null && second != null;
        boolean firstIsNewest = firstSequence > secondSequence;
        SlotFile opened = new SlotFile(file, content, Math.max(firstSequence, secondSequence));
        opened.write(content, bothAreGood == firstIsNewest);
        return opened;
    }

    private static @Nullable ByteBuffer read(DiskFile file, long filePosition) {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        boolean isWhole = file.read(page, filePosition) == PAGE_BYTES
                && page.getInt(0) == MAGIC
                && page.getInt(CRC_AT) == crc(page)
                && page.getInt(16) >= 0
                && page.getInt(16) <= CONTENT_BYTES_MAX;
        if (isWhole && page.getInt(4) != VERSION) {
            throw new DamagedJournalException(
                    "a slot file has format version " + page.getInt(4) + "; this release knows " + VERSION);
        }
        return isWhole ? page : null;
    }

    private static ByteBuffer page(long sequence, byte[] content) {
        Check.check(content.length <= CONTENT_BYTES_MAX, "%d bytes do not fit a slot", content.length);
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        page.putInt(0, MAGIC).putInt(4, VERSION).putLong(8, sequence).putInt(16, content.length);
        page.put(CONTENT_AT, content);
        return page.putInt(CRC_AT, crc(page));
    }

    private static int crc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.duplicate().position(0).limit(CRC_AT));
        return (int) crc.getValue();
    }

    /** A copy of the newest content. */
    byte[] content() {
        return content.clone();
    }

    /** Replaces the content; durable on return. After a failure every further write fails: nothing is known of the file. */
    void write(byte[] newContent) {
        write(newContent, true);
    }

    private void write(byte[] newContent, boolean firstPageFirst) {
        Check.check(!broken, "an earlier write failed, so another would prove nothing");
        broken = true;
        writePage(newContent, firstPageFirst ? 0 : PAGE_BYTES);
        writePage(newContent, firstPageFirst ? PAGE_BYTES : 0);
        content = newContent.clone();
        broken = false;
    }

    private void writePage(byte[] newContent, long filePosition) {
        sequence++;
        file.write(page(sequence, newContent), filePosition);
        file.sync();
    }

    @Override
    public void close() {
        file.close();
    }
}
