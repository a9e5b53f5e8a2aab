package io.sluice.broker.stream;

import io.sluice.broker.api.StreamKey;
import io.sluice.common.TopicId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names of the topics of streams. A key that is a legal topic name is the name; any other byte becomes {@code _x} and two hex
 * digits, and what looks like that already is escaped too, so that two keys never have one name. Long names are cut and end in
 * a hash of the key. Databases but the first are a prefix {@code db1.}
 */
final class StreamNames {
    private static final int LENGTH_MAX = 249;
    private static final int CUT_LENGTH = 200;
    private static final int HASH_BYTES = 16;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private StreamNames() {}

    /** The name of the key's topic. */
    static String of(StreamKey key) {
        String prefix = key.database() == 0 ? "" : "db" + key.database() + ".";
        String name = prefix + escaped(key.name());
        return name.length() <= LENGTH_MAX ? name : name.substring(0, CUT_LENGTH) + "-" + hash(key, HASH_BYTES);
    }

    /** Another name, where that one is taken: no other topic has it. */
    static String other(StreamKey key, TopicId topicId) {
        String name = of(key);
        return name.substring(0, Math.min(name.length(), CUT_LENGTH)) + "-" + topicId;
    }

    private static String escaped(byte[] key) {
        if (key.length == 0 || (key.length <= 2 && key[0] == '.' && key[key.length - 1] == '.')) {
            return "_x" + HEX.formatHex(key);
        }
        StringBuilder name = new StringBuilder(key.length);
        for (int i = 0; i < key.length; i++) {
            char character = (char) (key[i] & 0xFF);
            if (isPlain(character) && !(character == '_' && looksEscaped(key, i))) {
                name.append(character);
            } else {
                name.append("_x").append(HEX.toHexDigits(key[i]));
            }
        }
        return name.toString();
    }

    private static boolean looksEscaped(byte[] key, int at) {
        return at + 3 < key.length && key[at + 1] == 'x' && isHex(key[at + 2]) && isHex(key[at + 3]);
    }

    private static boolean isHex(byte digit) {
        return digit >= '0' && digit <= '9' || digit >= 'A' && digit <= 'F' || digit >= 'a' && digit <= 'f';
    }

    private static boolean isPlain(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '.'
                || character == '_'
                || character == '-';
    }

    private static String hash(StreamKey key, int bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) key.database());
            return HEX.formatHex(Arrays.copyOf(digest.digest(key.name()), bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The key as text if it could be the name of a topic. */
    static String asText(StreamKey key) {
        return new String(key.name(), StandardCharsets.ISO_8859_1);
    }
}
