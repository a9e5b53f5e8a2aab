package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link DeltaWriter} wrote; what is not there breaks an invariant. */
final class DeltaReader {
    private final ByteBuffer source;

    DeltaReader(ByteBuffer bytes) {
        source = bytes.duplicate();
    }

    boolean isAtEnd() {
        return !source.hasRemaining();
    }

    int getByte() {
        check(source.hasRemaining(), "the bytes of a delivery event end early");
        return source.get();
    }

    long getUnsigned() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = getByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        check(false, "a number of a delivery event has more than 10 bytes");
        return value;
    }

    int getInt() {
        long value = getUnsigned();
        check(value >= 0 && value <= Integer.MAX_VALUE, "a number of a delivery event is out of bounds");
        return (int) value;
    }

    long getSigned() {
        long zigzag = getUnsigned();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    String getText() {
        int lengthBytes = getInt();
        check(lengthBytes <= source.remaining(), "a text of a delivery event ends early");
        byte[] bytes = new byte[lengthBytes];
        source.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
