package io.sluice.log.batch;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a buffer's remaining bytes. */
final class ByteBufferInputStream extends InputStream {
    private final ByteBuffer bytes;

    ByteBufferInputStream(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) {
        if (length == 0) {
            return 0;
        }
        int taken = Math.min(length, bytes.remaining());
        bytes.get(target, from, taken);
        return taken == 0 ? -1 : taken;
    }

    @Override
    public int available() {
        return bytes.remaining();
    }
}
