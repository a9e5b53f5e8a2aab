package io.sluice.replication.journal;

import static io.sluice.replication.journal.BlockHeader.ENTRY_HEADER_BYTES;
import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads blocks with buffers of its own; one thread at a time. What it has read ahead does not notice later writes. */
final class BlockReader {
    private static final int WINDOW_BYTES = 64 << 10;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
    private @Nullable JournalFile windowFile;
    private long windowPosition;
    private ByteBuffer body = ByteBuffer.allocateDirect(WINDOW_BYTES);

    /** Reads afresh what may have been written, or recycled, since the last call. */
    void forget() {
        windowFile = null;
        window.limit(0);
    }

    /** The header of the file's block at the position, null if there is none. */
    @Nullable
    BlockHeader header(JournalFile file, long filePosition) {
        if (!load(file, filePosition)) {
            return null;
        }
        long page = filePosition / PAGE_BYTES;
        BlockHeader header = BlockHeader.read(window, (int) (filePosition - windowPosition), file.salt(), page);
        return header != null && filePosition + header.blockBytes() <= file.sizeBytes() ? header : null;
    }

    /** The first block's header in a file whose own header is unreadable; null if there is none. */
    @Nullable
    BlockHeader firstBlockOfAnyFile(JournalFile file) {
        if (!load(file, PAGE_BYTES)) {
            return null;
        }
        BlockHeader header = BlockHeader.readOfAnyFile(window, (int) (PAGE_BYTES - windowPosition));
        return header != null && header.page() == 1 ? header : null;
    }

    private boolean load(JournalFile file, long filePosition) {
        boolean loaded = file.equals(windowFile)
                && filePosition >= windowPosition
                && filePosition + PAGE_BYTES <= windowPosition + window.limit();
        if (!loaded) {
            windowFile = file;
            windowPosition = filePosition;
            file.content().read(window.clear(), filePosition);
            window.flip();
        }
        return filePosition + PAGE_BYTES <= windowPosition + window.limit();
    }

    boolean bodyIsIntact(JournalFile file, long filePosition, BlockHeader header) {
        crc.reset();
        long position = filePosition + BlockHeader.BYTES;
        long end = position + header.bodyBytes();
        while (position < end) {
            body.clear().limit((int) Math.min(body.capacity(), end - position));
            if (file.content().read(body, position) != body.limit()) {
                return false;
            }
            position += body.limit();
            crc.update(body.flip());
        }
        return (int) crc.getValue() == header.bodyCrc();
    }

    /** The body, valid until the next call; null if it is not what was written. */
    @Nullable
    ByteBuffer body(JournalFile file, long filePosition, BlockHeader header) {
        int inWindow = (int) (filePosition + BlockHeader.BYTES - windowPosition);
        if (file.equals(windowFile) && inWindow >= 0 && inWindow + header.bodyBytes() <= window.limit()) {
            return verified(window.slice(inWindow, header.bodyBytes()), header);
        }
        if (body.capacity() < header.bodyBytes()) {
            body = ByteBuffer.allocateDirect(Math.max(header.bodyBytes(), Math.min(2 * body.capacity(), 4 << 20)));
        }
        body.clear().limit(header.bodyBytes());
        if (file.content().read(body, filePosition + BlockHeader.BYTES) != header.bodyBytes()) {
            return null;
        }
        return verified(body.flip(), header);
    }

    private @Nullable ByteBuffer verified(ByteBuffer content, BlockHeader header) {
        crc.reset();
        crc.update(content);
        return (int) crc.getValue() == header.bodyCrc() ? content.position(0) : null;
    }

    /** The entries of a block that must be readable; their bodies are valid until the next call. */
    List<JournalEntry> entries(JournalFile file, long filePosition) {
        BlockHeader header = headerThatMustBe(file, filePosition);
        ByteBuffer content = body(file, filePosition, header);
        if (content == null) {
            throw damaged(file, filePosition, " (LSN " + header.lsn() + ")");
        }
        List<JournalEntry> entries = new ArrayList<>(header.entryCount());
        int bodyAt = header.entryCount() * ENTRY_HEADER_BYTES;
        for (int at = 0; entries.size() < header.entryCount(); at += ENTRY_HEADER_BYTES) {
            int length = content.getInt(at + 16);
            entries.add(new JournalEntry(
                    content.getLong(at), content.getLong(at + 8), content.get(at + 20), content.slice(bodyAt, length)));
            bodyAt += length;
        }
        return entries;
    }

    BlockHeader headerThatMustBe(JournalFile file, long filePosition) {
        BlockHeader header = header(file, filePosition);
        if (header == null) {
            throw damaged(file, filePosition, "");
        }
        return header;
    }

    static DamagedJournalException damaged(JournalFile file, long filePosition, String detail) {
        return new DamagedJournalException("journal file " + file.name() + " is damaged at position " + filePosition
                + detail + ": the block there had been acknowledged and cannot be read");
    }
}
