package io.sluice.log.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/**
 * Unpacks what snappy clients send: Java's blocks (16 bytes of header, then length and block, big endian) or, as
 * librdkafka does, one bare block.
 *
 * <p>Every length is held against the bytes that are there before memory is taken for it; a block that claims to unpack
 * to more than its bytes can reach is refused.
 */
final class SnappyBlocksInputStream extends InputStream {
    private static final int HEADER_BYTES = 16;
    /** 0x82 "SNAPPY" 0. */
    private static final long HEADER_MAGIC = 0x82534E4150505900L;
    /** A copy of 64 bytes takes at least 3 bytes. */
    private static final int RATIO_MAX = 22;

    private static final int SLACK_BYTES = 64;

    private final ByteBuffer packed;
    private boolean bare;
    private byte[] block = new byte[0];
    private int at;

    SnappyBlocksInputStream(ByteBuffer packed) {
        this.packed = packed;
        int start = packed.position();
        bare = packed.remaining() < HEADER_BYTES || packed.getLong(start) != HEADER_MAGIC;
        if (!bare) {
            packed.position(start + HEADER_BYTES);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        while (at == block.length) {
            if (!packed.hasRemaining()) {
                return -1;
            }
            nextBlock();
        }
        int taken = Math.min(length, block.length - at);
        System.arraycopy(block, at, target, from, taken);
        at += taken;
        return taken;
    }

    private void nextBlock() throws IOException {
        int lengthBytes = bare ? packed.remaining() : blockLengthBytes();
        bare = false;
        byte[] bytes = new byte[lengthBytes];
        packed.get(bytes);
        int unpackedBytes = Snappy.uncompressedLength(bytes);
        if (unpackedBytes < 0 || unpackedBytes > (long) lengthBytes * RATIO_MAX + SLACK_BYTES) {
            throw new IOException("a snappy block claims more than it can hold");
        }
        block = new byte[unpackedBytes];
        at = 0;
        Snappy.uncompress(bytes, 0, lengthBytes, block, 0);
    }

    private int blockLengthBytes() throws IOException {
        if (packed.remaining() < Integer.BYTES) {
            throw new IOException("a snappy block ends early");
        }
        int lengthBytes = packed.getInt();
        if (lengthBytes <= 0 || lengthBytes > packed.remaining()) {
            throw new IOException("a snappy block is longer than what is there");
        }
        return lengthBytes;
    }
}
