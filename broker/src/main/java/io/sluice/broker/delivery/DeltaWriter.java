package io.sluice.broker.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes numbers in as few bytes as they need, 7 bits each, the smallest first; signed ones with the sign in the lowest bit. */
final class DeltaWriter {
    private static final int NUMBER_BYTES_MAX = 10;

    private byte[] bytes;
    private int length;

    DeltaWriter(int capacityBytes) {
        bytes = new byte[capacityBytes];
    }

    int lengthBytes() {
        return length;
    }

    DeltaWriter putByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** At most one byte below 128. */
    DeltaWriter putUnsigned(long value) {
        room(NUMBER_BYTES_MAX);
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[length++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
        return this;
    }

    DeltaWriter putSigned(long value) {
        return putUnsigned((value << 1) ^ (value >> 63));
    }

    DeltaWriter putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putUnsigned(encoded.length);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    /** What was written, copied; writing begins anew. */
    ByteBuffer take() {
        ByteBuffer taken = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
        length = 0;
        return taken;
    }

    private void room(int lengthBytes) {
        if (bytes.length - length < lengthBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + lengthBytes));
        }
    }
}
