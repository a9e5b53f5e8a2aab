package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Length and header before every answer (<a href="https://kafka.apache.org/protocol#protocol_messages">response header</a>). */
final class AnswerHead {
    static final int LENGTH_BYTES = 4;

    private AnswerHead() {}

    /** A buffer with room for the length and the header written. */
    static ByteBuf begin(RequestHeader header, ByteBufAllocator allocator, int expectedBytes) {
        ByteBuf out = allocator.directBuffer(expectedBytes);
        out.writeInt(0);
        out.writeInt(header.correlationId());
        Wire.writeNoTaggedFields(out, header.api().hasTaggedAnswerHeader(header.version()));
        return out;
    }

    /** Writes the length of what the buffer holds. */
    static ByteBuf end(ByteBuf out) {
        return end(out, out.writerIndex() - LENGTH_BYTES);
    }

    /** Writes a length that counts bytes sent from elsewhere too. */
    static ByteBuf end(ByteBuf out, int lengthBytes) {
        out.setInt(0, lengthBytes);
        return out;
    }
}
