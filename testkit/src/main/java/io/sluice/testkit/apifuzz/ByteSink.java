package io.sluice.testkit.apifuzz;

import java.util.Arrays;

/** Bytes that grow; integers are big-endian as in Kafka's protocol. Owner: one thread. */
final class ByteSink {
    private byte[] bytes = new byte[256];
    private int size;

    ByteSink int8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    ByteSink int16(int value) {
        return int8(value >> 8).int8(value);
    }

    ByteSink int32(int value) {
        return int16(value >> 16).int16(value);
    }

    ByteSink int64(long value) {
        return int32((int) (value >> 32)).int32((int) value);
    }

    ByteSink unsignedVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            int8(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        return int8(rest);
    }

    ByteSink bytes(byte[] source) {
        room(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
        return this;
    }

    int size() {
        return size;
    }

    /** Forgets what comes after the first {@code count} bytes. */
    ByteSink cutTo(int count) {
        size = Math.min(size, count);
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + count, 2 * bytes.length));
        }
    }
}
