package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the metadata's formats into memory that grows. One thread. */
final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int length;

    ByteWriter putByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    ByteWriter putInt(int value) {
        room(Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    ByteWriter putLong(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    ByteWriter putId(TopicId id) {
        return putLong(id.high()).putLong(id.low());
    }

    ByteWriter putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putInt(encoded.length);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    ByteWriter putDurability(Durability durability) {
        return putByte(
                switch (durability) {
                    case FSYNC -> 0;
                    case OS -> 1;
                    case MEMORY -> 2;
                });
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length).slice();
    }

    private void room(int lengthBytes) {
        if (bytes.length - length < lengthBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), length + lengthBytes));
        }
    }
}
