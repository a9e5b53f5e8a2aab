package io.sluice.protocol.redis.resp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Words of a line as a person types it: separated by spaces, quoted with {@code "} (with escapes) or {@code '}. One thread. */
final class InlineWords {
    private static final int HEX_ESCAPE_CHARS = 3;

    private final byte[] text;
    private final int length;
    private int at;

    private InlineWords(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    /** The first {@code length} bytes; throws {@link ProtocolErrorException} if quotes do not close or words stick to them. */
    static List<byte[]> split(byte[] text, int length) {
        InlineWords line = new InlineWords(text, length);
        List<byte[]> words = new ArrayList<>();
        line.skipSpaces();
        while (line.at < length) {
            words.add(line.word());
            line.skipSpaces();
        }
        return words;
    }

    private void skipSpaces() {
        while (at < length && isSpace(text[at])) {
            at++;
        }
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character >= '\t' && character <= '\r' || character == 0;
    }

    private byte[] word() {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < length && !isSpace(text[at])) {
            byte next = text[at++];
            if (next == '"' || next == '\'') {
                quoted(word, next);
            } else {
                word.write(next);
            }
        }
        return word.toByteArray();
    }

    private void quoted(ByteArrayOutputStream word, byte quote) {
        while (at < length && text[at] != quote) {
            byte next = text[at++];
            if (next == '\\' && at < length) {
                escaped(word, quote);
            } else {
                word.write(next);
            }
        }
        boolean isClosed = at < length;
        at++;
        if (!isClosed || (at < length && !isSpace(text[at]))) {
            throw new ProtocolErrorException("unbalanced quotes in request");
        }
    }

    private void escaped(ByteArrayOutputStream word, byte quote) {
        byte letter = text[at];
        if (quote == '\'') {
            if (letter == '\'') {
                at++;
            }
            word.write(letter == '\'' ? '\'' : '\\');
            return;
        }
        if (letter == 'x' && length - at >= HEX_ESCAPE_CHARS && hex(at + 1) >= 0 && hex(at + 2) >= 0) {
            word.write(hex(at + 1) << 4 | hex(at + 2));
            at += HEX_ESCAPE_CHARS;
            return;
        }
        at++;
        word.write(
                switch (letter) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'b' -> '\b';
                    case 'a' -> 7;
                    default -> letter;
                });
    }

    private int hex(int index) {
        return Character.digit(text[index], 16);
    }
}
