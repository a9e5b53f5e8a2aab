package io.sluice.broker.api;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The id of a stream's entry: two unsigned 64-bit numbers, written {@code ms-seq}. Ids rise within a stream and never come
 * back.
 *
 * @param ms usually milliseconds since 1970, but producers may choose anything
 * @param seq tells entries of the same {@code ms} apart
 */
public record EntryId(long ms, long seq) implements Comparable<EntryId> {
    /** Before every entry; no entry has it. */
    public static final EntryId ZERO = new EntryId(0, 0);

    /** The largest there is. */
    public static final EntryId MAX = new EntryId(-1, -1);

    private static final int CHARS_MAX = 127;
    private static final long LARGEST_TENTH = Long.divideUnsigned(-1, 10);

    @Override
    public int compareTo(EntryId other) {
        int byMs = Long.compareUnsigned(ms, other.ms);
        return byMs != 0 ? byMs : Long.compareUnsigned(seq, other.seq);
    }

    /** Whether it lies behind the other. */
    public boolean isAfter(EntryId other) {
        return compareTo(other) > 0;
    }

    /** The next one; {@link #MAX} has none, which the caller has made sure of. */
    public EntryId next() {
        return seq == -1 ? new EntryId(ms + 1, 0) : new EntryId(ms, seq + 1);
    }

    /** The one before; {@link #ZERO} has none, which the caller has made sure of. */
    public EntryId previous() {
        return seq == 0 ? new EntryId(ms - 1, -1) : new EntryId(ms, seq - 1);
    }

    /**
     * Reads {@code ms} or {@code ms-seq}; without a seq it is {@code missingSeq}. Empty for anything else. White space and a plus
     * before a number are passed over, as Redis does.
     */
    public static Optional<EntryId> parse(byte[] text, long missingSeq) {
        if (text.length == 0 || text.length > CHARS_MAX) {
            return Optional.empty();
        }
        int dash = 0;
        while (dash < text.length && text[dash] != '-') {
            dash++;
        }
        int msAt = digitsFrom(text, 0, dash);
        if (!isNumber(text, msAt, dash)) {
            return Optional.empty();
        }
        long ms = number(text, msAt, dash);
        if (dash == text.length) {
            return Optional.of(new EntryId(ms, missingSeq));
        }
        int seqAt = digitsFrom(text, dash + 1, text.length);
        return isNumber(text, seqAt, text.length)
                ? Optional.of(new EntryId(ms, number(text, seqAt, text.length)))
                : Optional.empty();
    }

    private static int digitsFrom(byte[] text, int from, int to) {
        int at = from;
        while (at < to && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) {
            at++;
        }
        return at < to && text[at] == '+' ? at + 1 : at;
    }

    /** Whether the bytes are an unsigned 64-bit number in digits. */
    public static boolean isNumber(byte[] text, int from, int to) {
        if (from >= to) {
            return false;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(value, LARGEST_TENTH) > 0) {
                return false;
            }
            long next = value * 10 + digit;
            if (Long.compareUnsigned(next, digit) < 0) {
                return false;
            }
            value = next;
        }
        return true;
    }

    /** The number of bytes for which {@link #isNumber} holds. */
    public static long number(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return value;
    }

    /** As it is written. */
    public byte[] toAscii() {
        return toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(ms) + '-' + Long.toUnsignedString(seq);
    }
}
