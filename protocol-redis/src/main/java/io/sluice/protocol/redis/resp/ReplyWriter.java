package io.sluice.protocol.redis.resp;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes replies in the protocol's version 2 or 3. Entries of streams are written as they are read, without an object each.
 * One thread.
 */
public final class ReplyWriter implements StreamSink {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] QUEUED = ascii("+QUEUED\r\n");
    private static final byte[] NIL_2 = ascii("$-1\r\n");
    private static final byte[] NIL_ARRAY_2 = ascii("*-1\r\n");
    private static final byte[] NIL_3 = ascii("_\r\n");
    private static final byte[] ENTRY = ascii("*2\r\n");
    private static final int DIGITS_MAX = 20;

    private final ByteBuf out;
    private final boolean isVersion3;
    private final byte[] digits = new byte[DIGITS_MAX];
    private long entryCount;

    /** Into the buffer. */
    public ReplyWriter(ByteBuf out, boolean isVersion3) {
        this.out = out;
        this.isVersion3 = isVersion3;
    }

    /** The buffer it writes into. */
    public ByteBuf out() {
        return out;
    }

    /** Whether the client speaks version 3. */
    public boolean isVersion3() {
        return isVersion3;
    }

    /** Entries written so far. */
    public long entryCount() {
        return entryCount;
    }

    /** {@code +OK}. */
    public void ok() {
        out.writeBytes(OK);
    }

    /** {@code +QUEUED}. */
    public void queued() {
        out.writeBytes(QUEUED);
    }

    /** A status. */
    public void simple(String text) {
        out.writeByte('+');
        line(text);
    }

    /** An error, which begins with its code; line breaks in it become spaces. */
    public void error(String text) {
        out.writeByte('-');
        line(text.replace('\r', ' ').replace('\n', ' '));
    }

    private void line(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        end();
    }

    private void end() {
        out.writeByte('\r').writeByte('\n');
    }

    /** A number. */
    public void integer(long value) {
        out.writeByte(':');
        number(value);
        end();
    }

    /** Bytes. */
    public void bulk(byte[] bytes) {
        header('$', bytes.length);
        out.writeBytes(bytes);
        end();
    }

    /** Text, as UTF-8. */
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Text that version 3 marks as such. */
    public void verbatim(String text) {
        if (!isVersion3) {
            bulk(text);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header('=', bytes.length + 4);
        out.writeBytes(ascii("txt:")).writeBytes(bytes);
        end();
    }

    /** The id of an entry. */
    public void id(EntryId id) {
        id(id.ms(), id.seq());
    }

    private void id(long ms, long seq) {
        header('$', unsigned(ms) + 1L + unsigned(seq));
        putUnsigned(ms);
        out.writeByte('-');
        putUnsigned(seq);
        end();
    }

    private void putUnsigned(long value) {
        int count = unsigned(value);
        out.writeBytes(digits, DIGITS_MAX - count, count);
    }

    /** No value. */
    public void nil() {
        out.writeBytes(isVersion3 ? NIL_3 : NIL_2);
    }

    /** No array. */
    public void nilArray() {
        out.writeBytes(isVersion3 ? NIL_3 : NIL_ARRAY_2);
    }

    /** So many replies follow. */
    public void array(long count) {
        header('*', count);
    }

    /** So many pairs of replies follow. */
    public void map(long pairCount) {
        if (isVersion3) {
            header('%', pairCount);
        } else {
            header('*', 2 * pairCount);
        }
    }

    /** So many distinct replies follow. */
    public void set(long count) {
        header(isVersion3 ? '~' : '*', count);
    }

    /** Statuses. */
    public void simples(List<String> lines) {
        array(lines.size());
        lines.forEach(this::simple);
    }

    @Override
    public void entry(long ms, long seq, int pairCount) {
        entryCount++;
        out.writeBytes(ENTRY);
        id(ms, seq);
        array(2L * pairCount);
    }

    @Override
    public void part(ByteBuffer source, int position, int lengthBytes) {
        header('$', lengthBytes);
        if (source.hasArray()) {
            out.writeBytes(source.array(), source.arrayOffset() + position, lengthBytes);
        } else {
            out.writeBytes(source.slice(position, lengthBytes));
        }
        end();
    }

    private void header(char mark, long count) {
        out.writeByte(mark);
        number(count);
        end();
    }

    private void number(long value) {
        if (value < 0) {
            out.writeBytes(ascii(Long.toString(value)));
            return;
        }
        putUnsigned(value);
    }

    /** Puts the digits at the end of {@link #digits}; answers how many. */
    private int unsigned(long value) {
        int at = DIGITS_MAX;
        long left = value;
        if (left < 0) {
            long quotient = Long.divideUnsigned(left, 10);
            digits[--at] = (byte) ('0' + (left - quotient * 10));
            left = quotient;
        }
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        return DIGITS_MAX - at;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
