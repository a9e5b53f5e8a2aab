package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One open journal file. While it is live, salt and sequence stand still; the appending thread owns the rest. */
final class JournalFile {
    /** Zeros for padding and filling; always used through duplicates. */
    static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();
    /** A sync after so many zeros, so that filling never makes the journal's own syncs wait for a mountain. */
    private static final long FILL_SYNC_BYTES = 8 << 20;

    /** The same where there is time: the device is busy with so much for half a millisecond. */
    private static final long UNHURRIED_SYNC_BYTES = 512 << 10;

    private final String name;
    private final DiskFile content;
    private long sizeBytes;
    private long salt;
    private long sequence;
    private long oldestSequence;
    private volatile long usedBytes = PAGE_BYTES;
    private final Object syncing = new Object();
    private boolean unsynced;
    private boolean syncFailed;
    private boolean retired;
    /** Blocks before this position are durable for certain. */
    private volatile long durableBytes = PAGE_BYTES;

    /** Names found at open are made durable there. */
    private boolean nameIsDurable = true;

    JournalFile(String name, DiskFile content) {
        this.name = name;
        this.content = content;
        sizeBytes = content.sizeBytes() / PAGE_BYTES * PAGE_BYTES;
    }

    String name() {
        return name;
    }

    DiskFile content() {
        return content;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long salt() {
        return salt;
    }

    long sequence() {
        return sequence;
    }

    /** What its header says: files below it were trimmed. */
    long oldestSequence() {
        return oldestSequence;
    }

    boolean isNameDurable() {
        return nameIsDurable;
    }

    void nameIsDurable(boolean durable) {
        nameIsDurable = durable;
    }

    /** Where the next block goes. */
    long usedBytes() {
        return usedBytes;
    }

    void useTo(long filePosition) {
        usedBytes = filePosition;
    }

    boolean hasRoomFor(long blockBytes) {
        return usedBytes + blockBytes <= sizeBytes;
    }

    /** Reads the header into this object; null if there is none. */
    @Nullable
    FileHeader readHeader() {
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
        content.read(page, 0);
        FileHeader header = FileHeader.read(page.flip(), name);
        if (header != null) {
            salt = header.salt();
            sequence = header.sequence();
            oldestSequence = header.oldestSequence();
        }
        return header;
    }

    /** Begins a new life under a new salt; with what was filled before durable on return but for the name. */
    void begin(FileHeader header) {
        salt = header.salt();
        sequence = header.sequence();
        oldestSequence = header.oldestSequence();
        usedBytes = PAGE_BYTES;
        durableBytes = PAGE_BYTES;
        content.write(header.toPage(), 0);
        content.sync();
        markSynced();
    }

    /** Told between two pieces of zeros how far a file is filled; may take its time. */
    interface Pace {
        /** At full speed. */
        Pace FULL = (filledBytes, targetBytes) -> false;

        /** So much of so much; answers whether there is time. */
        boolean filled(long filledBytes, long targetBytes);
    }

    /** Appends zeros up to the size; the caller syncs. */
    void fillTo(long targetBytes, Pace pace) {
        long filled = Math.max(sizeBytes, PAGE_BYTES);
        long unsyncedBytes = 0;
        while (filled < targetBytes) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit((int) Math.min(zeros.limit(), targetBytes - filled));
            int count = zeros.remaining();
            content.write(zeros, filled);
            filled += count;
            unsyncedBytes += count;
            boolean isUnhurried = filled < targetBytes && pace.filled(filled, targetBytes);
            if (unsyncedBytes >= (isUnhurried ? UNHURRIED_SYNC_BYTES : FILL_SYNC_BYTES)) {
                content.sync();
                unsyncedBytes = 0;
            }
        }
        sizeBytes = filled;
    }

    /** A block up to the position has been written. */
    synchronized void wrote(long filePosition) {
        usedBytes = Math.max(usedBytes, filePosition);
        unsynced = true;
    }

    private synchronized void markSynced() {
        unsynced = false;
    }

    /**
     * Any thread; durable on return is what was written before the call. Blocks may be written meanwhile: the lock of
     * the flag is not held during the sync.
     */
    void syncIfNeeded() {
        synchronized (syncing) {
            if (retired) {
                return;
            }
            if (syncFailed) {
                throw new DiskException("an earlier sync of " + name + " failed, so another would prove nothing", null);
            }
            long writtenBytes = takeUnsynced();
            if (writtenBytes > 0) {
                syncFailed = true;
                content.sync();
                syncFailed = false;
                durableBytes = writtenBytes;
            }
        }
    }

    /** Closes a file that holds nothing any more, though somebody may still be about to sync it. */
    void retire() {
        synchronized (syncing) {
            retired = true;
            content.close();
        }
    }

    /** Up to where there is something to sync, 0 if there is nothing. */
    private synchronized long takeUnsynced() {
        long taken = unsynced ? usedBytes : 0;
        unsynced = false;
        return taken;
    }

    /** Whether its first block is durable for certain. */
    boolean beginsDurably() {
        return durableBytes > PAGE_BYTES;
    }
}
