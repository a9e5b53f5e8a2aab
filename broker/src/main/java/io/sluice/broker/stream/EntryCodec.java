package io.sluice.broker.stream;

import io.sluice.broker.api.StreamSink;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names and values of an entry as the value of a record, in one of three forms; {@code decode(encode(x)) = x} for any bytes.
 * The form is told by the record's header, readers never sniff. Any thread.
 *
 * <pre>
 *   r   exactly one pair, named "value": the value's bytes as they are
 *   j   names and values are UTF-8 and no name comes twice: a JSON object of strings in their order, without spaces; only '"',
 *       '\' and what lies below U+0020 are escaped, so that the same bytes come back
 *   b   anything else: varint pair count, then each name and value as varint length and bytes
 * </pre>
 */
final class EntryCodec {
    static final byte RAW = 'r';
    static final byte JSON = 'j';
    static final byte BINARY = 'b';

    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String SHORT_ESCAPES = "\b\t\n\f\r";
    private static final String SHORT_ESCAPE_LETTERS = "btnfr";
    private static final int UNICODE_ESCAPE_BYTES = 6;
    private static final int VARINT_BYTES_MAX = 5;

    private EntryCodec() {}

    /**
     * A record's value.
     *
     * @param form one of the three letters
     */
    record Encoded(byte form, byte[] value) {}

    /** Names and values in turn. */
    static Encoded encode(List<byte[]> fields) {
        if (fields.size() == 2 && Arrays.equals(fields.getFirst(), VALUE)) {
            return new Encoded(RAW, fields.get(1));
        }
        return isText(fields) ? new Encoded(JSON, json(fields)) : new Encoded(BINARY, binary(fields));
    }

    private static boolean isText(List<byte[]> fields) {
        CharsetDecoder decoder = null;
        for (byte[] each : fields) {
            if (!isAscii(each)) {
                decoder = decoder == null ? StandardCharsets.UTF_8.newDecoder() : decoder;
                if (!isUtf8(decoder, each)) {
                    return false;
                }
            }
        }
        return areNamesDistinct(fields);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUtf8(CharsetDecoder decoder, byte[] bytes) {
        try {
            CharBuffer decoded = decoder.decode(ByteBuffer.wrap(bytes));
            return decoded.limit() <= bytes.length;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    private static boolean areNamesDistinct(List<byte[]> fields) {
        if (fields.size() == 2) {
            return true;
        }
        Set<ByteBuffer> names = new HashSet<>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (!names.add(ByteBuffer.wrap(fields.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] json(List<byte[]> fields) {
        int length = 1;
        for (byte[] each : fields) {
            length += escapedBytes(each) + 3;
        }
        byte[] out = new byte[length];
        int at = 0;
        out[at++] = '{';
        for (int i = 0; i < fields.size(); i++) {
            at = putText(out, at, fields.get(i));
            out[at++] = (byte) (i % 2 == 0 ? ':' : ',');
        }
        out[at - 1] = '}';
        return out;
    }

    private static int escapedBytes(byte[] text) {
        int length = text.length;
        for (byte each : text) {
            if (each == '"' || each == '\\') {
                length++;
            } else if (each >= 0 && each < ' ') {
                length += (SHORT_ESCAPES.indexOf(each) >= 0 ? 2 : UNICODE_ESCAPE_BYTES) - 1;
            }
        }
        return length;
    }

    private static int putText(byte[] out, int start, byte[] text) {
        int at = start;
        out[at++] = '"';
        for (byte each : text) {
            if (each == '"' || each == '\\') {
                out[at++] = '\\';
                out[at++] = each;
            } else if (each >= 0 && each < ' ') {
                at = putEscape(out, at, each);
            } else {
                out[at++] = each;
            }
        }
        out[at++] = '"';
        return at;
    }

    private static int putEscape(byte[] out, int start, byte control) {
        int at = start;
        int known = SHORT_ESCAPES.indexOf(control);
        out[at++] = '\\';
        if (known >= 0) {
            out[at++] = (byte) SHORT_ESCAPE_LETTERS.charAt(known);
            return at;
        }
        out[at++] = 'u';
        out[at++] = '0';
        out[at++] = '0';
        out[at++] = HEX[control >> 4];
        out[at++] = HEX[control & 0xF];
        return at;
    }

    private static byte[] binary(List<byte[]> fields) {
        int length = VARINT_BYTES_MAX;
        for (byte[] each : fields) {
            length += each.length + VARINT_BYTES_MAX;
        }
        byte[] out = new byte[length];
        int at = putVarint(out, 0, fields.size() / 2);
        for (byte[] each : fields) {
            at = putVarint(out, at, each.length);
            System.arraycopy(each, 0, out, at, each.length);
            at += each.length;
        }
        return Arrays.copyOf(out, at);
    }

    private static int putVarint(byte[] out, int start, int value) {
        int at = start;
        int left = value;
        while ((left & ~0x7F) != 0) {
            out[at++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        out[at++] = (byte) left;
        return at;
    }

    /**
     * Gives the entry of the id to the sink; false, and nothing given, if the bytes are not of that form, as of a record that
     * somebody else wrote.
     */
    static boolean decode(
            byte form, ByteBuffer source, int position, int lengthBytes, long ms, long seq, StreamSink sink) {
        return switch (form) {
            case RAW -> {
                sink.entry(ms, seq, 1);
                sink.part(ByteBuffer.wrap(VALUE), 0, VALUE.length);
                sink.part(source, position, lengthBytes);
                yield true;
            }
            case JSON -> new JsonEntry(source, position, lengthBytes).give(ms, seq, sink);
            case BINARY -> new BinaryEntry(source, position, lengthBytes).give(ms, seq, sink);
            default -> false;
        };
    }
}
