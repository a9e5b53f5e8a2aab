package io.sluice.log;

import io.sluice.common.SharedBuffer;
import java.nio.ByteBuffer;

/** What one read gives, copied into one piece of heap memory. One thread. */
public final class JoinedRead implements ReadSink {
    private static final int GROWTH = 2;

    /** What is larger than this has just the memory that it takes. */
    private static final int DOUBLED_BYTES_MAX = 2 << 20;

    private ByteBuffer bytes;

    /** Has memory for so many bytes at first, and takes more if more is read. */
    public JoinedRead(int expectedBytes) {
        bytes = ByteBuffer.allocate(expectedBytes);
    }

    @Override
    public ByteBuffer reserve(int lengthBytes) {
        if (bytes.remaining() < lengthBytes) {
            int least = Math.addExact(bytes.position(), lengthBytes);
            int doubled = (int) Math.min(least * (long) GROWTH, DOUBLED_BYTES_MAX);
            bytes = ByteBuffer.allocate(Math.max(least, doubled)).put(bytes.flip());
        }
        ByteBuffer room = bytes.slice(bytes.position(), lengthBytes);
        bytes.position(bytes.position() + lengthBytes);
        return room;
    }

    @Override
    public void share(ByteBuffer shared, SharedBuffer owner) {
        reserve(shared.remaining()).put(shared.duplicate());
    }

    /** All of it, from position 0 on, read-only. Ends the read: nothing more may come. */
    public ByteBuffer whole() {
        return bytes.flip().asReadOnlyBuffer();
    }
}
