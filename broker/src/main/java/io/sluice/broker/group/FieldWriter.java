package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the fields of this package's formats into a buffer that grows. */
final class FieldWriter {
    private static final int INITIAL_BYTES = 256;
    private static final int MAX_BYTES = 1 << 30;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    void putByte(int value) {
        room(Byte.BYTES).put((byte) value);
    }

    void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void putString(String value) {
        putBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void putOptional(Optional<String> value) {
        putByte(value.isPresent() ? 1 : 0);
        value.ifPresent(this::putString);
    }

    void putBytes(byte[] value) {
        putInt(value.length);
        room(value.length).put(value);
    }

    /** What was written; the writer is used no more. */
    ByteBuffer finish() {
        return buffer.flip();
    }

    private ByteBuffer room(int lengthBytes) {
        if (buffer.remaining() < lengthBytes) {
            long wanted = Math.max(2L * buffer.capacity(), (long) buffer.position() + lengthBytes);
            check(wanted <= MAX_BYTES, "group state of %d bytes in one piece", wanted);
            buffer = ByteBuffer.allocate((int) wanted).put(buffer.flip());
        }
        return buffer;
    }
}
