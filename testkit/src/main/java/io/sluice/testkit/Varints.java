package io.sluice.testkit;

import java.nio.ByteBuffer;

/** Variable-length integers of the Kafka protocol: plain ones for lengths, zig-zag ones inside records. */
final class Varints {
    private Varints() {}

    static void putUnsigned(ByteBuffer target, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            target.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
    }

    static void putSigned(ByteBuffer target, int value) {
        putUnsigned(target, value << 1 ^ value >> 31);
    }

    static int sizeOfSigned(int value) {
        int zigzag = value << 1 ^ value >> 31;
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(zigzag)) / 7);
    }

    static int getUnsigned(ByteBuffer source) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = source.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("a varint of more than five bytes");
    }
}
