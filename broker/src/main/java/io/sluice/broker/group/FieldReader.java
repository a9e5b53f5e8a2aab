package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the fields of this package's formats; copies, so that nothing keeps the buffer alive. */
final class FieldReader {
    private final ByteBuffer buffer;

    FieldReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    int getByte() {
        return buffer.get();
    }

    int getInt() {
        return buffer.getInt();
    }

    long getLong() {
        return buffer.getLong();
    }

    String getString() {
        return new String(getBytes(), StandardCharsets.UTF_8);
    }

    Optional<String> getOptional() {
        return getByte() == 0 ? Optional.empty() : Optional.of(getString());
    }

    byte[] getBytes() {
        byte[] value = new byte[getCount()];
        buffer.get(value);
        return value;
    }

    /** A count of things of at least one byte each, so that no memory is taken for more than can follow. */
    int getCount() {
        int count = buffer.getInt();
        check(count >= 0 && count <= buffer.remaining(), "count %d with %d bytes left", count, buffer.remaining());
        return count;
    }

    boolean isAtEnd() {
        return !buffer.hasRemaining();
    }
}
