package io.sluice.log;

import io.sluice.common.Check;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * CRC-32C of each mebibyte of a segment, gathered while it is written: the batches' own CRCs leave base offset, length
 * and leader epoch uncovered. Used by one thread.
 *
 * <pre>
 * .crc file: magic "SLCR" 4 | version 4 | bytes covered 8 | count 4 | count × CRC 4 | CRC of all before 4
 * </pre>
 */
final class BlockCrcs {
    static final int BLOCK_BYTES = 1 << 20;

    private static final int MAGIC = 0x534C4352;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 20;

    private final CRC32C current = new CRC32C();
    private long lengthBytes;
    private int[] crcs = new int[4];
    private int count;

    long lengthBytes() {
        return lengthBytes;
    }

    /** Takes the next bytes of the file; the buffer's position moves to its limit. */
    void update(ByteBuffer bytes) {
        int limit = bytes.limit();
        while (bytes.hasRemaining()) {
            int inBlock = (int) (lengthBytes % BLOCK_BYTES);
            int taken = Math.min(BLOCK_BYTES - inBlock, bytes.remaining());
            bytes.limit(bytes.position() + taken);
            current.update(bytes);
            bytes.limit(limit);
            lengthBytes += taken;
            if (inBlock + taken == BLOCK_BYTES) {
                endBlock();
            }
        }
    }

    private void endBlock() {
        if (count == crcs.length) {
            crcs = Arrays.copyOf(crcs, 2 * count);
        }
        crcs[count++] = (int) current.getValue();
        current.reset();
    }

    /** The whole file; nothing may be added afterwards. */
    ByteBuffer encode() {
        if (lengthBytes % BLOCK_BYTES != 0) {
            endBlock();
        }
        ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + (count + 1) * Integer.BYTES);
        file.putInt(MAGIC).putInt(VERSION).putLong(lengthBytes).putInt(count);
        for (int block = 0; block < count; block++) {
            file.putInt(crcs[block]);
        }
        return file.putInt(crcOf(file.duplicate().flip())).flip();
    }

    /** The list of a segment of this length; empty if it is damaged or covers something else. */
    static Optional<int[]> decode(ByteBuffer file, long lengthBytes) {
        int expectedCount = blocks(lengthBytes);
        if (file.remaining() != encodedBytes(lengthBytes)) {
            return Optional.empty();
        }
        int crc = file.getInt(file.limit() - Integer.BYTES);
        if (crc != crcOf(file.duplicate().limit(file.limit() - Integer.BYTES))) {
            return Optional.empty();
        }
        if (file.getInt() != MAGIC || file.getInt() != VERSION || file.getLong() != lengthBytes) {
            return Optional.empty();
        }
        Check.check(file.getInt() == expectedCount, "a list of block CRCs has another count than its length says");
        int[] crcs = new int[expectedCount];
        file.asIntBuffer().get(crcs);
        return Optional.of(crcs);
    }

    static int encodedBytes(long lengthBytes) {
        return HEADER_BYTES + (blocks(lengthBytes) + 1) * Integer.BYTES;
    }

    private static int blocks(long lengthBytes) {
        return (int) ((lengthBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
