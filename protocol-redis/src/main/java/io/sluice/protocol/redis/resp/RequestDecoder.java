package io.sluice.protocol.redis.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.network.RequestProgress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into requests: lists of words, either counted ({@code *2 $4 PING ...}) or in a line. What is
 * not yet a whole word waits in a buffer that grows as bytes arrive, never by what a client announces; a word that is whole is
 * copied out and remembered, so nothing is looked at twice. Owner: the connection's event loop.
 */
public final class RequestDecoder implements RequestProgress {
    /** What a word costs beside its bytes. */
    public static final int WORD_OVERHEAD_BYTES = 40;

    /** The longest line, as in Redis. */
    private static final int LINE_BYTES_MAX = 64 << 10;

    private static final int WORDS_MAX = 1 << 20;
    private static final int NO_BULK = -1;

    private final ByteBufAllocator allocator;
    private final int requestBytesMax;
    private @Nullable ByteBuf input;
    private List<byte[]> words = new ArrayList<>();
    private int missingWords;
    private int bulkBytes = NO_BULK;
    /** Of the request that is not whole, as its lengths announce it so far. */
    private long requestBytes;
    /** Of the same request, what has arrived and was copied out. */
    private long copiedBytes;

    private int scannedBytes;
    private long receivedBytes;
    private long handledCount;

    /** No request, and so no word, has more than so many bytes. */
    public RequestDecoder(ByteBufAllocator allocator, int requestBytesMax) {
        this.allocator = allocator;
        this.requestBytesMax = requestBytesMax;
    }

    /** Takes over what was received. */
    public void received(ByteBuf bytes) {
        receivedBytes += bytes.readableBytes();
        ByteBuf waiting = input;
        if (waiting == null) {
            input = bytes;
            return;
        }
        if (!waiting.isReadable()) {
            waiting.release();
            input = bytes;
            return;
        }
        ByteBuf target =
                waiting.refCnt() == 1 && waiting.maxWritableBytes() >= bytes.readableBytes() && !waiting.isReadOnly()
                        ? compacted(waiting, bytes.readableBytes())
                        : moved(waiting, bytes.readableBytes());
        target.writeBytes(bytes);
        bytes.release();
        input = target;
    }

    private static ByteBuf compacted(ByteBuf waiting, int moreBytes) {
        if (waiting.writableBytes() < moreBytes) {
            waiting.discardReadBytes();
        }
        return waiting;
    }

    private ByteBuf moved(ByteBuf waiting, int moreBytes) {
        ByteBuf target = allocator.buffer(2 * (waiting.readableBytes() + moreBytes));
        target.writeBytes(waiting);
        waiting.release();
        return target;
    }

    /** Bytes held: those not yet cut, and the words of a request that is not whole. */
    public long heldBytes() {
        ByteBuf waiting = input;
        return copiedBytes + (waiting == null ? 0 : waiting.capacity());
    }

    @Override
    public boolean hasPartial() {
        ByteBuf waiting = input;
        return missingWords > 0 || (waiting != null && waiting.isReadable());
    }

    @Override
    public long handledCount() {
        return handledCount;
    }

    @Override
    public long receivedBytes() {
        return receivedBytes;
    }

    /** The next whole request, never empty; null if more must arrive. Throws {@link ProtocolErrorException}. */
    public @Nullable List<byte[]> next() {
        ByteBuf source = input;
        while (source != null && source.isReadable()) {
            boolean isCounted = missingWords > 0 || source.getByte(source.readerIndex()) == '*';
            List<byte[]> request = isCounted ? counted(source) : line(source);
            if (request == null) {
                return null;
            }
            if (!request.isEmpty()) {
                handledCount++;
                return request;
            }
        }
        if (source != null) {
            source.release();
            input = null;
        }
        return null;
    }

    /** An empty list for a request of no words; null if more must arrive. */
    private @Nullable List<byte[]> counted(ByteBuf source) {
        if (missingWords == 0 && !readCount(source)) {
            return null;
        }
        while (missingWords > 0) {
            if (!readWord(source)) {
                return null;
            }
        }
        List<byte[]> request = words;
        words = new ArrayList<>();
        requestBytes = 0;
        copiedBytes = 0;
        return request;
    }

    private boolean readCount(ByteBuf source) {
        int end = lineEnd(source, "too big mbulk count string");
        if (end < 0) {
            return false;
        }
        long count = number(source, source.readerIndex() + 1, end);
        if (count > WORDS_MAX || count == Long.MIN_VALUE) {
            throw new ProtocolErrorException("invalid multibulk length");
        }
        source.readerIndex(end + 2);
        missingWords = (int) Math.max(0, count);
        return true;
    }

    private boolean readWord(ByteBuf source) {
        if (bulkBytes == NO_BULK && !readBulkLength(source)) {
            return false;
        }
        if (source.readableBytes() < bulkBytes + 2) {
            return false;
        }
        byte[] word = new byte[bulkBytes];
        source.readBytes(word);
        source.skipBytes(2);
        words.add(word);
        copiedBytes += bulkBytes + WORD_OVERHEAD_BYTES;
        missingWords--;
        bulkBytes = NO_BULK;
        return true;
    }

    private boolean readBulkLength(ByteBuf source) {
        if (!source.isReadable()) {
            return false;
        }
        byte mark = source.getByte(source.readerIndex());
        int end = lineEnd(source, "too big bulk count string");
        if (end < 0) {
            return false;
        }
        if (mark != '$') {
            throw new ProtocolErrorException("expected '$', got '" + (char) (mark & 0xFF) + "'");
        }
        long length = number(source, source.readerIndex() + 1, end);
        requestBytes += Math.max(0, length) + WORD_OVERHEAD_BYTES;
        if (length < 0 || length > requestBytesMax || requestBytes > requestBytesMax) {
            throw new ProtocolErrorException("invalid bulk length");
        }
        source.readerIndex(end + 2);
        bulkBytes = (int) length;
        return true;
    }

    /** Index of the CR of the line's end; −1 if it has not arrived. */
    private int lineEnd(ByteBuf source, String tooLong) {
        int from = source.readerIndex() + scannedBytes;
        int cr = source.indexOf(from, source.writerIndex(), (byte) '\r');
        if (cr < 0 || cr + 1 >= source.writerIndex()) {
            if (source.readableBytes() > LINE_BYTES_MAX) {
                throw new ProtocolErrorException(tooLong);
            }
            scannedBytes = Math.max(0, (cr < 0 ? source.writerIndex() : cr) - source.readerIndex());
            return -1;
        }
        scannedBytes = 0;
        return cr;
    }

    /** {@link Long#MIN_VALUE} if it is none of a reasonable length. */
    private static long number(ByteBuf source, int from, int to) {
        int digitsMax = 18;
        boolean isNegative = to > from && source.getByte(from) == '-';
        int at = isNegative ? from + 1 : from;
        if (at >= to || to - at > digitsMax) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = source.getByte(at) - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return isNegative ? -value : value;
    }

    private @Nullable List<byte[]> line(ByteBuf source) {
        int from = source.readerIndex() + scannedBytes;
        int end = source.indexOf(from, source.writerIndex(), (byte) '\n');
        if (end < 0) {
            if (source.readableBytes() > LINE_BYTES_MAX) {
                throw new ProtocolErrorException("too big inline request");
            }
            scannedBytes = source.readableBytes();
            return null;
        }
        scannedBytes = 0;
        byte[] text = new byte[end - source.readerIndex()];
        source.readBytes(text);
        source.skipBytes(1);
        int length = text.length > 0 && text[text.length - 1] == '\r' ? text.length - 1 : text.length;
        return InlineWords.split(text, length);
    }

    /** Lets go of everything. */
    public void release() {
        ByteBuf waiting = input;
        if (waiting != null) {
            input = null;
            waiting.release();
        }
        words = new ArrayList<>();
        requestBytes = 0;
        copiedBytes = 0;
    }
}
