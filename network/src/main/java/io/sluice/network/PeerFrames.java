package io.sluice.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.ByteBuffer;
import java.util.List;

/** Cuts what another node sends into messages: a length of 4 bytes, then so many bytes, as buffers on the heap. */
final class PeerFrames extends ByteToMessageDecoder {
    static final int MESSAGE_BYTES_MAX = 32 << 20;
    static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final int HELLO_BYTES_MAX = 512;
    private static final int LENGTH_BYTES = 4;

    private int limitBytes = HELLO_BYTES_MAX;

    /** The other end has said who it is, so that its messages may be large from now on. */
    void trust() {
        limit(MESSAGE_BYTES_MAX);
    }

    /** From now on messages have so many bytes at most. */
    void limit(int lengthBytes) {
        limitBytes = lengthBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf input, List<Object> output) {
        if (input.readableBytes() < LENGTH_BYTES) {
            return;
        }
        int lengthBytes = input.getInt(input.readerIndex());
        if (lengthBytes < 0 || lengthBytes > limitBytes) {
            throw new TooLongFrameException("a message of " + lengthBytes + " bytes");
        }
        if (input.readableBytes() < LENGTH_BYTES + lengthBytes) {
            return;
        }
        input.skipBytes(LENGTH_BYTES);
        byte[] message = new byte[lengthBytes];
        input.readBytes(message);
        output.add(ByteBuffer.wrap(message));
    }
}
