package io.sluice.log;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a sealed segment consists of, as its list of CRCs says: for whoever has bytes from somewhere else and asks whether they
 * are the same. Immutable.
 */
public final class SealedBlocks {
    /** Of every block but the last, which may be shorter. */
    public static final int BLOCK_BYTES = BlockCrcs.BLOCK_BYTES;

    private final long lengthBytes;
    private final int[] crcs;

    private SealedBlocks(long lengthBytes, int[] crcs) {
        this.lengthBytes = lengthBytes;
        this.crcs = crcs;
    }

    /** What the list, from its position to its limit, says of a segment of that length; empty if it is damaged or of another one. */
    public static Optional<SealedBlocks> decode(ByteBuffer list, long lengthBytes) {
        return BlockCrcs.decode(list.slice(), lengthBytes).map(crcs -> new SealedBlocks(lengthBytes, crcs));
    }

    /** Bytes of the list of a segment of that length. */
    public static int listBytes(long lengthBytes) {
        return BlockCrcs.encodedBytes(lengthBytes);
    }

    /** As the list has it for a block that is the buffer's remaining bytes; its position stays. */
    public static int crcOf(ByteBuffer block) {
        return BlockCrcs.crcOf(block.duplicate());
    }

    /** Bytes of the segment. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Whether the buffer's remaining bytes are the block of that number; its position stays. */
    public boolean isBlock(int number, ByteBuffer bytes) {
        long filePosition = (long) number * BLOCK_BYTES;
        return number < crcs.length
                && bytes.remaining() == Math.min(BLOCK_BYTES, lengthBytes - filePosition)
                && crcOf(bytes) == crcs[number];
    }
}
