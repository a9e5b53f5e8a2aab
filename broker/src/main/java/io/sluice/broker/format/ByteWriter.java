package io.sluice.broker.format;

import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Writes the fields of events and snapshots into memory that grows; numbers are big-endian. One thread. */
public final class ByteWriter {
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

    /** Sixteen bytes. */
    public ByteWriter putId(TopicId id) {
        return putLong(id.high()).putLong(id.low());
    }

    /** A 4-byte length and UTF-8 bytes. */
    public ByteWriter putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putInt(encoded.length);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
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
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), length + lengthBytes));
        }
    }
}
