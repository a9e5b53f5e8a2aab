package io.sluice.replication;

import io.sluice.log.SealedBlocks;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of this node's own that may have blocks of a segment which another node's checkpoint names. That it has one is seen
 * and never believed: the block was read here, past the page cache where that goes, and has the CRC that the other node
 * says. So it does not matter how the file came to be what it is: it may be damaged, may end earlier, may be written or
 * deleted at this moment, or be what a compaction of this node made. Used by one thread.
 */
final class OwnSegment implements AutoCloseable {
    private static final int BLOCK_BYTES = SealedBlocks.BLOCK_BYTES;

    /** So many others in a row, and the rest is taken for another segment's. */
    private static final int OTHERS_MAX = 4;

    private final long lengthBytes;
    private final Blocks blocks;
    private @Nullable DiskFile file;
    private int othersInRow;

    /** What the other node says of its segment. */
    interface Blocks {
        /** Whether the remaining bytes are the block of that number; the position stays. */
        boolean isBlock(int number, ByteBuffer bytes);
    }

    /** @param path need not exist */
    OwnSegment(Disk disk, Path path, long lengthBytes, Blocks blocks) {
        this.lengthBytes = lengthBytes;
        this.blocks = blocks;
        try {
            file = disk.exists(path) ? disk.openForScanning(path, Runnable::run) : null;
        } catch (DiskException gone) {
            file = null;
        }
    }

    /** Whether the file has all these bytes, which are a block; the buffer, from 0 to its limit, has them afterwards. */
    private boolean has(long filePosition, ByteBuffer bytes) {
        DiskFile from = file;
        if (from == null || othersInRow == OTHERS_MAX) {
            return false;
        }
        int wantedBytes = bytes.remaining();
        try {
            from.read(bytes, filePosition);
        } catch (DiskException unreadable) {
            bytes.clear();
        }
        bytes.flip();
        boolean isSame = bytes.remaining() == wantedBytes && blocks.isBlock((int) (filePosition / BLOCK_BYTES), bytes);
        othersInRow = isSame ? 0 : othersInRow + 1;
        return isSame;
    }

    /** The block that is all of these bytes, if the file has it. */
    Optional<ByteBuffer> block(long filePosition, long pieceBytes) {
        boolean isBlock =
                filePosition % BLOCK_BYTES == 0 && pieceBytes == Math.min(BLOCK_BYTES, lengthBytes - filePosition);
        if (!isBlock || file == null) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) pieceBytes);
        return has(filePosition, bytes) ? Optional.of(bytes) : Optional.empty();
    }

    /** Whether the file has every block; {@code afterBlock} may wait, and what it throws ends the search. */
    boolean isWhole(Runnable afterBlock) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, lengthBytes));
        for (long position = 0; position < lengthBytes; position += BLOCK_BYTES) {
            bytes.clear().limit((int) Math.min(BLOCK_BYTES, lengthBytes - position));
            if (!has(position, bytes)) {
                return false;
            }
            afterBlock.run();
        }
        return file != null;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
