package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the chain of blocks in the files and its end, tells a torn tail from damage, and cuts the tail. Bodies of blocks
 * that a later block proves durable are not read here: replay verifies what it hands over.
 */
final class ChainReader {
    private final BlockReader reader = new BlockReader();
    private final List<JournalFile> files;
    private final List<Block> blocks = new ArrayList<>();
    private int fileAt;
    private long filePosition = PAGE_BYTES;
    private long expectedLsn;
    /** Highest LSN that a restart block says was durable before it. */
    private long coversTo;

    private boolean foundBehind;
    private long highestLsn;
    private long highestSyncedTo;
    private boolean cut;

    /** One block of the chain; {@code cut} for a TRUNCATE or RESET. */
    record Block(
            JournalFile file,
            long filePosition,
            BlockHeader header,
            @Nullable CutBody cut) {
        long lsn() {
            return header.lsn();
        }
    }

    /**
     * What was found.
     *
     * @param blocks the chain; void blocks are left out
     * @param provenLsn highest LSN known durable
     * @param highestLsn highest LSN seen anywhere
     * @param endFile file of the last block, the first file if there is none
     * @param isCut whether blocks were found that do not count
     */
    record Chain(List<Block> blocks, long provenLsn, long highestLsn, JournalFile endFile, boolean isCut) {
        long firstLsn() {
            return blocks.isEmpty() ? 1 : blocks.getFirst().lsn();
        }

        long lastLsn() {
            return blocks.isEmpty() ? 0 : blocks.getLast().lsn();
        }

        boolean endsWith(BlockType type) {
            return !blocks.isEmpty() && blocks.getLast().header().type() == type;
        }
    }

    /** Files by ascending sequence number without a gap; the first is the oldest that counts. */
    ChainReader(List<JournalFile> files) {
        this.files = files;
        expectedLsn = 1;
    }

    Chain read() {
        walk();
        boolean closed = !blocks.isEmpty() && blocks.getLast().header().type() == BlockType.CLOSE;
        if (!closed) {
            lookBehindTheEnd();
        }
        for (Block block : blocks) {
            highestSyncedTo = Math.max(highestSyncedTo, block.header().syncedTo());
            highestLsn = Math.max(highestLsn, block.lsn());
        }
        if (highestSyncedTo >= expectedLsn || coversTo >= expectedLsn) {
            throw BlockReader.damaged(files.get(fileAt), filePosition, whereElse() + " (LSN " + expectedLsn + ")");
        }
        verifyUnproven();
        for (Block block : blocks) {
            block.file().useTo(block.filePosition() + block.header().blockBytes());
        }
        JournalFile endFile =
                blocks.isEmpty() ? files.getFirst() : blocks.getLast().file();
        return new Chain(blocks, highestSyncedTo, highestLsn, endFile, cut || foundBehind);
    }

    /** A block that did not fit the rest of a file went to the next; how long the missing one was is not known. */
    private String whereElse() {
        boolean isLast = fileAt + 1 == files.size();
        return isLast ? "" : " or " + files.get(fileAt + 1).name() + " at position " + PAGE_BYTES;
    }

    private void walk() {
        Block block = firstBlock();
        while (block != null) {
            accept(block);
            block = nextBlock();
        }
    }

    /** The oldest file's first block is durable before older files are recycled, so it can be missing in a new journal only. */
    private @Nullable Block firstBlock() {
        JournalFile oldest = files.getFirst();
        if (oldest.sequence() == 1) {
            return nextBlock();
        }
        Block block = blockAt(oldest, PAGE_BYTES);
        if (block == null) {
            throw BlockReader.damaged(oldest, PAGE_BYTES, "");
        }
        return block;
    }

    private @Nullable Block nextBlock() {
        Block block = blockAt(files.get(fileAt), filePosition);
        if (block != null && block.lsn() == expectedLsn) {
            return block;
        }
        for (int next = fileAt + 1; next < files.size(); next++) {
            Block first = blockAt(files.get(next), PAGE_BYTES);
            if (first != null && (continuesNormally(first, next) || isRestart(first))) {
                fileAt = next;
                return first;
            }
        }
        return null;
    }

    private boolean continuesNormally(Block first, int file) {
        return file == fileAt + 1 && first.lsn() == expectedLsn;
    }

    private boolean isRestart(Block first) {
        CutBody body = first.cut();
        return body != null && body.keptLsn() < expectedLsn && first.lsn() >= expectedLsn;
    }

    private @Nullable Block blockAt(JournalFile file, long position) {
        BlockHeader header = reader.header(file, position);
        if (header == null) {
            return null;
        }
        if (!header.type().isCut()) {
            return new Block(file, position, header, null);
        }
        var body = header.bodyBytes() == CutBody.BYTES ? reader.body(file, position, header) : null;
        return body == null ? null : new Block(file, position, header, CutBody.read(body));
    }

    private void accept(Block block) {
        CutBody body = block.cut();
        if (body != null) {
            while (!blocks.isEmpty() && blocks.getLast().lsn() > body.keptLsn()) {
                blocks.removeLast();
            }
            coversTo = Math.max(coversTo, body.coversTo());
        }
        blocks.add(block);
        filePosition = block.filePosition() + block.header().blockBytes();
        expectedLsn = block.lsn() + 1;
    }

    /** Blocks may reach the medium in any order: what lies behind a bad block tells whether that one was acknowledged. */
    private void lookBehindTheEnd() {
        lookAt(files.get(fileAt), filePosition);
        for (int later = fileAt + 1; later < files.size(); later++) {
            lookAt(files.get(later), PAGE_BYTES);
        }
    }

    private void lookAt(JournalFile file, long from) {
        for (long position = from; position < file.sizeBytes(); position += PAGE_BYTES) {
            BlockHeader header = reader.header(file, position);
            if (header != null) {
                foundBehind = true;
                highestLsn = Math.max(highestLsn, header.lsn());
                highestSyncedTo = Math.max(highestSyncedTo, header.syncedTo());
            }
        }
    }

    private void verifyUnproven() {
        for (int at = firstUnproven(); at < blocks.size(); at++) {
            Block block = blocks.get(at);
            if (!reader.bodyIsIntact(block.file(), block.filePosition(), block.header())) {
                if (block.lsn() <= coversTo) {
                    throw BlockReader.damaged(block.file(), block.filePosition(), " (LSN " + block.lsn() + ")");
                }
                blocks.subList(at, blocks.size()).clear();
                cut = true;
                return;
            }
        }
    }

    private int firstUnproven() {
        int at = blocks.size();
        while (at > 0 && blocks.get(at - 1).lsn() > highestSyncedTo) {
            at--;
        }
        return at;
    }
}
