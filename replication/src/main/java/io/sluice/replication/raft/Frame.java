package io.sluice.replication.raft;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * What travels between two nodes: one of the engine's messages with the number of the call it belongs to.
 *
 * <pre>
 * 0 byte 1 call, 2 answer   1 byte kind of message   2 short 0   4 long call   12 message
 * </pre>
 */
record Frame(boolean isCall, byte kind, long call, ByteBuffer content) {
    private static final int HEADER_BYTES = 12;
    private static final byte CALL = 1;
    private static final byte ANSWER = 2;

    /** A frame with a copy of the message: the engine uses the memory of its entries again once a call has ended. */
    static ByteBuffer encode(boolean isCall, MessageKind kind, long call, Message message) {
        int messageBytes = message.getSerializedSize();
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + messageBytes);
        frame.put(isCall ? CALL : ANSWER).put(kind.code()).putShort((short) 0).putLong(call);
        CodedOutputStream output = CodedOutputStream.newInstance(frame.array(), HEADER_BYTES, messageBytes);
        try {
            message.writeTo(output);
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not fail", impossible);
        }
        return frame.position(0);
    }

    /** A frame with a copy of the content. */
    static ByteBuffer encode(boolean isCall, byte kind, long call, ByteBuffer content) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + content.remaining());
        frame.put(isCall ? CALL : ANSWER).put(kind).putShort((short) 0).putLong(call);
        return frame.put(content).flip();
    }

    /** Takes the buffer's remaining bytes apart; throws {@link MalformedFrameException}. */
    static Frame decode(ByteBuffer bytes) {
        if (bytes.remaining() < HEADER_BYTES) {
            throw new MalformedFrameException("a frame of " + bytes.remaining() + " bytes");
        }
        int start = bytes.position();
        byte direction = bytes.get(start);
        if (direction != CALL && direction != ANSWER) {
            throw new MalformedFrameException("a frame begins with " + direction);
        }
        ByteBuffer content = bytes.slice(start + HEADER_BYTES, bytes.remaining() - HEADER_BYTES);
        return new Frame(direction == CALL, bytes.get(start + 1), bytes.getLong(start + 4), content);
    }
}
