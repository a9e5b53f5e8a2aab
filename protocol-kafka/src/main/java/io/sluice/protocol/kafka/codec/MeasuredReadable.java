package io.sluice.protocol.kafka.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;

/**
 * Reads a message and estimates the memory of what it becomes: a byte of a request can become ten of objects, so that a
 * limit of its bytes alone bounds little. Used by one thread.
 */
final class MeasuredReadable implements Readable {
    /** A field's share of its object, or a boxed number and its place in a list. */
    private static final int FIELD_BYTES = 24;

    private static final int BROKEN_CHARACTER_BYTES = 3;
    /** A string or an array without its content. */
    private static final int TEXT_BYTES = 56;

    private final ByteBufferAccessor source;
    private final long parsedBytesMax;
    private long parsedBytes;

    /** Throws {@link MalformedRequestException} from a read that would exceed the limit. */
    MeasuredReadable(ByteBuffer source, long parsedBytesMax) {
        this.source = new ByteBufferAccessor(source);
        this.parsedBytesMax = parsedBytesMax;
    }

    /** Memory of what was read so far, estimated. */
    long parsedBytes() {
        return parsedBytes;
    }

    @Override
    public byte readByte() {
        count(FIELD_BYTES);
        return source.readByte();
    }

    @Override
    public short readShort() {
        count(FIELD_BYTES);
        return source.readShort();
    }

    @Override
    public int readInt() {
        count(FIELD_BYTES);
        return source.readInt();
    }

    @Override
    public long readLong() {
        count(FIELD_BYTES);
        return source.readLong();
    }

    @Override
    public double readDouble() {
        count(FIELD_BYTES);
        return source.readDouble();
    }

    @Override
    public int readUnsignedVarint() {
        count(FIELD_BYTES);
        return source.readUnsignedVarint();
    }

    @Override
    public int readVarint() {
        count(FIELD_BYTES);
        return source.readVarint();
    }

    @Override
    public long readVarlong() {
        count(FIELD_BYTES);
        return source.readVarlong();
    }

    @Override
    public byte[] readArray(int length) {
        count(TEXT_BYTES + (long) length);
        return source.readArray(length);
    }

    @Override
    public String readString(int length) {
        String text = new String(readArray(length), StandardCharsets.UTF_8);
        // What is no UTF-8 is read with three bytes in place of each wrong one, and may then fit into no answer.
        boolean mayBeLonger = length > Short.MAX_VALUE / BROKEN_CHARACTER_BYTES;
        if (mayBeLonger && text.getBytes(StandardCharsets.UTF_8).length > Short.MAX_VALUE) {
            throw new MalformedRequestException("a string of " + length + " bytes is no UTF-8");
        }
        return text;
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        count(TEXT_BYTES + (long) length);
        return source.readByteBuffer(length);
    }

    /**
     * The message classes make room for an array of any length up to this before they read it, so it is no more than the
     * fields that memory is left for: a request of megabytes could else have room made for millions at each level.
     */
    @Override
    public int remaining() {
        return (int) Math.min(source.remaining(), (parsedBytesMax - parsedBytes) / FIELD_BYTES);
    }

    @Override
    public Readable slice() {
        return new MeasuredReadable(source.buffer().slice(), parsedBytesMax - parsedBytes);
    }

    private void count(long bytes) {
        parsedBytes += bytes;
        if (parsedBytes > parsedBytesMax) {
            throw new MalformedRequestException("a request that names so many things that they would take more than "
                    + parsedBytesMax + " bytes of memory");
        }
    }
}
