package io.sluice.broker.format;

import static io.sluice.common.Check.check;

import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the fields of events and snapshots into memory that grows; numbers are big-endian. One thread. */
public final class ByteWriter {
    private static final int BYTES_MAX = 1 << 30;
    private static final int SHORT_LENGTH_MAX = 0xFFFF;

    private byte[] bytes = new byte[256];
    private int length;

    /** Nothing yet. */
    public ByteWriter() {}

    /** One byte. */
    public ByteWriter putByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Four bytes. */
    public ByteWriter putInt(int value) {
        room(Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    /** Eight bytes. */
    public ByteWriter putLong(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    /** One byte for each 7 bits that it needs, the lowest first; at most ten. */
    public ByteWriter putUnsigned(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            putByte((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        return putByte((int) left);
    }

    /** Sixteen bytes. */
    public ByteWriter putId(TopicId id) {
        return putLong(id.high()).putLong(id.low());
    }

    /** Eight bytes, IEEE 754. */
    public ByteWriter putDouble(double value) {
        return putLong(Double.doubleToRawLongBits(value));
    }

    /** A 4-byte length and the bytes. */
    public ByteWriter putBytes(byte[] value) {
        return putInt(value.length).putAll(value);
    }

    /** A 4-byte length and what remains in the buffer, which stays as it is. */
    public ByteWriter putBytes(ByteBuffer value) {
        int lengthBytes = value.remaining();
        putInt(lengthBytes);
        room(lengthBytes);
        value.get(value.position(), bytes, length, lengthBytes);
        length += lengthBytes;
        return this;
    }

    /** A 2-byte length and the bytes, at most 65,535. */
    public ByteWriter putShortBytes(byte[] value) {
        check(value.length <= SHORT_LENGTH_MAX, "%s bytes where their number has two", value.length);
        return putByte(value.length >>> Byte.SIZE).putByte(value.length).putAll(value);
    }

    private ByteWriter putAll(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** A 4-byte length and UTF-8 bytes. */
    public ByteWriter putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A 2-byte length and UTF-8 bytes. */
    public ByteWriter putShortText(String text) {
        return putShortBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One byte, 1 and then the text, or 0. */
    public ByteWriter putOptionalText(Optional<String> text) {
        putByte(text.isPresent() ? 1 : 0);
        text.ifPresent(this::putText);
        return this;
    }

    /** One byte: 0 fsync, 1 os, 2 memory. */
    public ByteWriter putDurability(Durability durability) {
        return putByte(
                switch (durability) {
                    case FSYNC -> 0;
                    case OS -> 1;
                    case MEMORY -> 2;
                });
    }

    /** A 4-byte count and as many pairs of texts, sorted, so that equal maps have equal bytes on every replica. */
    public ByteWriter putTexts(Map<String, String> texts) {
        putInt(texts.size());
        new TreeMap<>(texts).forEach((name, value) -> putText(name).putText(value));
        return this;
    }

    /** What was written so far. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length).slice();
    }

    private void room(int lengthBytes) {
        if (bytes.length - length < lengthBytes) {
            long wanted = Math.max(2L * bytes.length, (long) length + lengthBytes);
            check(wanted <= BYTES_MAX, "state of %s bytes in one piece", wanted);
            bytes = Arrays.copyOf(bytes, (int) wanted);
        }
    }
}
