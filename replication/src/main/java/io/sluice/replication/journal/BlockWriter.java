package io.sluice.replication.journal;

import static io.sluice.replication.journal.BlockHeader.ENTRY_HEADER_BYTES;
import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes blocks: headers, bodies as they were given, and zeros up to the page's end. Bodies are not changed; those of a small
 * block are copied behind its headers, which costs less than the two system calls of a gathered write. One thread at a time.
 */
final class BlockWriter {
    private static final int SMALL_BYTES_MAX = 16 << 10;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer scratch = ByteBuffer.allocateDirect(SMALL_BYTES_MAX);

    /** What a block says of the chain before it; what is committed behind that is not said. */
    record Origin(long lsn, long syncedTo, long previousIndex, long previousTerm, long committedIndex) {
        Origin {
            committedIndex = Math.min(committedIndex, previousIndex);
        }
    }

    static long bodyBytes(List<JournalEntry> entries) {
        long sum = 0;
        for (JournalEntry entry : entries) {
            sum += ENTRY_HEADER_BYTES + entry.body().remaining();
        }
        return sum;
    }

    /** The caller has checked that it fits. */
    void writeEntries(JournalFile file, long filePosition, Origin origin, List<JournalEntry> entries) {
        int headersBytes = entries.size() * ENTRY_HEADER_BYTES;
        reserve(BlockHeader.BYTES + headersBytes);
        ByteBuffer[] parts = new ByteBuffer[entries.size() + 2];
        int at = BlockHeader.BYTES;
        int part = 1;
        for (JournalEntry entry : entries) {
            scratch.putLong(at, entry.index()).putLong(at + 8, entry.term());
            scratch.putInt(at + 16, entry.body().remaining()).putInt(at + 20, entry.type() << 24);
            at += ENTRY_HEADER_BYTES;
            parts[part] = entry.body().duplicate().mark();
            part++;
        }
        crc.reset();
        crc.update(scratch.position(BlockHeader.BYTES).limit(at));
        long bodyBytes = headersBytes;
        for (int body = 1; body < part; body++) {
            bodyBytes += parts[body].remaining();
            crc.update(parts[body]);
            parts[body].reset();
        }
        scratch.position(0).limit(at);
        writeHeader(file, filePosition, origin, BlockType.ENTRIES, (int) bodyBytes, entries.size());
        write(file, filePosition, parts, bodyBytes);
    }

    void writeCut(JournalFile file, long filePosition, Origin origin, BlockType type, CutBody body) {
        body.write(scratch.clear(), BlockHeader.BYTES);
        crc.reset();
        crc.update(scratch.slice(BlockHeader.BYTES, CutBody.BYTES));
        scratch.limit(BlockHeader.BYTES + CutBody.BYTES);
        writeHeader(file, filePosition, origin, type, CutBody.BYTES, 0);
        write(file, filePosition, new ByteBuffer[2], CutBody.BYTES);
    }

    void writeEmpty(JournalFile file, long filePosition, Origin origin, BlockType type) {
        crc.reset();
        scratch.clear().limit(BlockHeader.BYTES);
        writeHeader(file, filePosition, origin, type, 0, 0);
        write(file, filePosition, new ByteBuffer[2], 0);
    }

    /** Finishes the block whose body's CRC is in {@link #crc}. */
    private void writeHeader(
            JournalFile file, long filePosition, Origin origin, BlockType type, int bodyBytes, int entryCount) {
        int bodyCrc = (int) crc.getValue();
        BlockHeader header = new BlockHeader(
                file.salt(),
                (int) (filePosition / PAGE_BYTES),
                origin.lsn(),
                origin.syncedTo(),
                origin.previousIndex(),
                origin.previousTerm(),
                origin.committedIndex(),
                bodyBytes,
                entryCount,
                type,
                bodyCrc);
        header.write(scratch, crc);
    }

    /** First part: the scratch buffer up to its limit; last: padding. */
    private void write(JournalFile file, long filePosition, ByteBuffer[] parts, long bodyBytes) {
        long blockBytes = BlockHeader.blockBytes(bodyBytes);
        parts[0] = scratch;
        parts[parts.length - 1] = JournalFile.ZEROS.slice(0, (int) (blockBytes - BlockHeader.BYTES - bodyBytes));
        if (blockBytes <= SMALL_BYTES_MAX) {
            file.content().write(together(parts, (int) blockBytes), filePosition);
        } else {
            file.content().write(parts, filePosition);
        }
        scratch.clear();
        file.wrote(filePosition + blockBytes);
    }

    private ByteBuffer together(ByteBuffer[] parts, int blockBytes) {
        scratch.position(scratch.limit()).limit(blockBytes);
        for (int part = 1; part < parts.length; part++) {
            scratch.put(parts[part]);
        }
        return scratch.flip();
    }

    private void reserve(int bytes) {
        if (scratch.capacity() < bytes) {
            scratch = ByteBuffer.allocateDirect(Math.max(bytes, 2 * scratch.capacity()));
        }
        scratch.clear();
    }
}
