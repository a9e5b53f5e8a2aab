package io.sluice.protocol.redis.command;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.RequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One request.
 *
 * @param words its words, the command's name first; never empty
 */
public record Request(List<byte[]> words) {
    private static final int INTEGER_CHARS_MAX = 20;

    /** The command's name in lower case. */
    public String name() {
        return lower(0);
    }

    /** Number of words. */
    public int count() {
        return words.size();
    }

    /** About what it takes in memory. */
    public long heldBytes() {
        return lengthBytes() + (long) words.size() * RequestDecoder.WORD_OVERHEAD_BYTES;
    }

    /** Bytes of all words. */
    public long lengthBytes() {
        long sum = 0;
        for (byte[] word : words) {
            sum += word.length;
        }
        return sum;
    }

    byte[] word(int index) {
        return words.get(index);
    }

    String text(int index) {
        return new String(words.get(index), StandardCharsets.UTF_8);
    }

    String lower(int index) {
        return new String(words.get(index), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Whether the word is this one, in whatever case; {@code lower} is in lower case. */
    boolean is(int index, String lower) {
        byte[] word = words.get(index);
        if (word.length != lower.length()) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            int character = word[i] >= 'A' && word[i] <= 'Z' ? word[i] + ('a' - 'A') : word[i];
            if (character != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    StreamKey key(int index, Session session) {
        return new StreamKey(session.database(), words.get(index));
    }

    List<StreamKey> keys(int from, int to, Session session) {
        List<StreamKey> keys = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            keys.add(key(i, session));
        }
        return keys;
    }

    /** A signed 64-bit number as Redis reads it: no spaces, no plus, no leading zeros. */
    long integer(int index) {
        return integer(index, Errors.NOT_INTEGER);
    }

    long integer(int index, String otherwise) {
        byte[] word = words.get(index);
        int first = word.length > 1 && word[0] == '-' ? 1 : 0;
        boolean isNumber =
                word.length > first && word.length <= INTEGER_CHARS_MAX && (word[first] != '0' || word.length == 1);
        for (int i = first; isNumber && i < word.length; i++) {
            isNumber = word[i] >= '0' && word[i] <= '9';
        }
        if (isNumber) {
            try {
                return Long.parseLong(new String(word, StandardCharsets.ISO_8859_1));
            } catch (NumberFormatException outOfRange) {
                throw new RedisException(otherwise);
            }
        }
        throw new RedisException(otherwise);
    }

    /** An id that is no end of the id space. */
    EntryId id(int index) {
        return EntryId.parse(words.get(index), 0).orElseThrow(() -> new RedisException(Errors.INVALID_ID));
    }
}
