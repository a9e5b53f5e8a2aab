package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Primitive types of the protocol (<a href="https://kafka.apache.org/protocol#protocol_types">types</a>), read from and
 * written to a frame. Reading past the frame's end throws {@link IndexOutOfBoundsException}.
 */
final class Wire {
    private static final int BROKEN_CHARACTER_BYTES = 3;
    private static final int VARINT_BYTES_MAX = 5;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MASK = 0x7f;
    private static final int VARINT_MORE = 0x80;

    private Wire() {}

    static int readUnsignedVarint(ByteBuf in) {
        int value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int read = in.readByte();
            value |= (read & VARINT_MASK) << (i * VARINT_BITS);
            if (read >= 0) {
                return value;
            }
        }
        throw new MalformedRequestException("a varint is longer than 5 bytes");
    }

    static void writeUnsignedVarint(ByteBuf out, int value) {
        int left = value;
        while ((left & ~VARINT_MASK) != 0) {
            out.writeByte((left & VARINT_MASK) | VARINT_MORE);
            left >>>= VARINT_BITS;
        }
        out.writeByte(left);
    }

    /** Length of an array, −1 for null; each element takes a byte at least, so more than the rest of the frame is a lie. */
    static int readArrayLength(ByteBuf in, boolean isFlexible) {
        int length = isFlexible ? readUnsignedVarint(in) - 1 : in.readInt();
        if (length > in.readableBytes() || length < -1) {
            throw new MalformedRequestException("an array of " + length + " elements does not fit its request");
        }
        return length;
    }

    static int readArrayLengthNotNull(ByteBuf in, boolean isFlexible) {
        int length = readArrayLength(in, isFlexible);
        if (length < 0) {
            throw new MalformedRequestException("an array is null that must not be");
        }
        return length;
    }

    static void writeArrayLength(ByteBuf out, int length, boolean isFlexible) {
        if (isFlexible) {
            writeUnsignedVarint(out, length + 1);
        } else {
            out.writeInt(length);
        }
    }

    static @Nullable String readNullableString(ByteBuf in, boolean isFlexible) {
        int length = isFlexible ? readUnsignedVarint(in) - 1 : in.readShort();
        if (length < 0) {
            return null;
        }
        if (length > in.readableBytes() || length > Short.MAX_VALUE) {
            throw new MalformedRequestException("a string of " + length + " bytes does not fit its request");
        }
        String text = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
        in.skipBytes(length);
        requireAnswerable(text, length);
        return text;
    }

    /** What is no UTF-8 is read with three bytes in place of each wrong one, and may then fit into no answer. */
    private static void requireAnswerable(String text, int lengthBytes) {
        boolean mayBeLonger = lengthBytes > Short.MAX_VALUE / BROKEN_CHARACTER_BYTES;
        if (mayBeLonger && text.getBytes(StandardCharsets.UTF_8).length > Short.MAX_VALUE) {
            throw new MalformedRequestException("a string of " + lengthBytes + " bytes is no UTF-8");
        }
    }

    static String readString(ByteBuf in, boolean isFlexible) {
        String text = readNullableString(in, isFlexible);
        if (text == null) {
            throw new MalformedRequestException("a string is null that must not be");
        }
        return text;
    }

    static void writeNullableString(ByteBuf out, @Nullable String text, boolean isFlexible) {
        if (text == null) {
            writeLengthOfString(out, -1, isFlexible);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeLengthOfString(out, bytes.length, isFlexible);
        out.writeBytes(bytes);
    }

    /** Tagged fields are read over: those that matter to a consumer do not exist yet in the versions served. */
    static void skipTaggedFields(ByteBuf in) {
        int count = readUnsignedVarint(in);
        if (count < 0 || count > in.readableBytes()) {
            throw new MalformedRequestException("more tagged fields than bytes");
        }
        for (int i = 0; i < count; i++) {
            readUnsignedVarint(in);
            int length = readUnsignedVarint(in);
            if (length < 0 || length > in.readableBytes()) {
                throw new MalformedRequestException("a tagged field does not fit its request");
            }
            in.skipBytes(length);
        }
    }

    static void skipTaggedFields(ByteBuf in, boolean isFlexible) {
        if (isFlexible) {
            skipTaggedFields(in);
        }
    }

    static void writeNoTaggedFields(ByteBuf out, boolean isFlexible) {
        if (isFlexible) {
            out.writeByte(0);
        }
    }

    private static void writeLengthOfString(ByteBuf out, int length, boolean isFlexible) {
        if (isFlexible) {
            writeUnsignedVarint(out, length + 1);
        } else {
            out.writeShort(length);
        }
    }
}
