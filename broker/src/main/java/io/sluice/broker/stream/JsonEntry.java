package io.sluice.broker.stream;

import io.sluice.broker.api.StreamSink;
import java.nio.ByteBuffer;

/**
 * Reads the form {@code j} of {@link EntryCodec}, and nothing but what that writes: first whether it is that, then the pairs.
 * One thread.
 */
final class JsonEntry {
    private static final int BROKEN = -1;
    private static final int UNICODE_DIGITS = 4;

    private final ByteBuffer source;
    private final int start;
    private final int end;
    private int at;
    private boolean hasEscape;

    JsonEntry(ByteBuffer source, int position, int lengthBytes) {
        this.source = source;
        start = position;
        end = position + lengthBytes;
    }

    boolean give(long ms, long seq, StreamSink sink) {
        int pairCount = check();
        if (pairCount == BROKEN) {
            return false;
        }
        sink.entry(ms, seq, pairCount);
        at = start + 1;
        for (int i = 0; i < 2 * pairCount; i++) {
            int from = at + 1;
            skipText();
            giveText(from, at - 1, sink);
            at++;
        }
        return true;
    }

    /** Number of pairs. */
    private int check() {
        at = start;
        if (end - start < 2 || source.get(at++) != '{') {
            return BROKEN;
        }
        int texts = 0;
        while (true) {
            if (!skipText() || at >= end) {
                return BROKEN;
            }
            texts++;
            byte follows = source.get(at++);
            boolean isName = texts % 2 == 1;
            if (!isName && follows == '}') {
                return at == end ? texts / 2 : BROKEN;
            }
            if (follows != (isName ? ':' : ',')) {
                return BROKEN;
            }
        }
    }

    /** Over a text with its quotes. */
    private boolean skipText() {
        hasEscape = false;
        if (at >= end || source.get(at++) != '"') {
            return false;
        }
        while (at < end) {
            byte next = source.get(at++);
            if (next == '"') {
                return true;
            }
            if (next == '\\') {
                hasEscape = true;
                if (!skipEscape()) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean skipEscape() {
        if (at >= end) {
            return false;
        }
        byte letter = source.get(at++);
        if (letter != 'u') {
            return "\"\\btnfr".indexOf(letter) >= 0;
        }
        if (end - at < UNICODE_DIGITS || source.get(at) != '0' || source.get(at + 1) != '0') {
            return false;
        }
        boolean isByte = Character.digit(source.get(at + 2), 16) >= 0 && Character.digit(source.get(at + 3), 16) >= 0;
        at += UNICODE_DIGITS;
        return isByte;
    }

    private void giveText(int from, int to, StreamSink sink) {
        if (!hasEscape) {
            sink.part(source, from, to - from);
            return;
        }
        byte[] text = new byte[to - from];
        int length = 0;
        int i = from;
        while (i < to) {
            byte next = source.get(i++);
            if (next != '\\') {
                text[length++] = next;
                continue;
            }
            byte letter = source.get(i++);
            if (letter == 'u') {
                text[length++] =
                        (byte) (Character.digit(source.get(i + 2), 16) << 4 | Character.digit(source.get(i + 3), 16));
                i += UNICODE_DIGITS;
            } else {
                text[length++] = unescaped(letter);
            }
        }
        sink.part(ByteBuffer.wrap(text), 0, length);
    }

    private static byte unescaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            default -> letter;
        };
    }
}
