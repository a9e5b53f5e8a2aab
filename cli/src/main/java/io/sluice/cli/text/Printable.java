package io.sluice.cli.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Bytes and counts in a form that is safe and pleasant to show. */
public final class Printable {

    private Printable() {}

    /** The text that {@code bytes} encode, or empty when they are no valid UTF-8. */
    public static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    /**
     * The bytes as one line: text with its control characters escaped, so that a record cannot steer the terminal it is
     * shown on, or {@code 0x…} when they are no UTF-8.
     */
    public static String line(byte[] bytes) {
        return utf8(bytes)
                .map(Printable::escaped)
                .orElseGet(() -> "0x" + HexFormat.of().formatHex(bytes));
    }

    /** {@code text} with control characters written as escapes. */
    public static String escaped(String text) {
        if (text.chars().noneMatch(Printable::isControl)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.chars().forEach(character -> appendEscaped(escaped, (char) character));
        return escaped.toString();
    }

    /** {@code 1 record}, {@code 1,707 records}, {@code 2 deliveries}. */
    public static String count(long count, String noun) {
        return number(count) + " " + (count == 1 ? noun : plural(noun));
    }

    private static String plural(String noun) {
        return noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    }

    /** The number with thousands separators. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A size in bytes with a unit that keeps it short: {@code 812 B}, {@code 1.2 MiB}. */
    public static String size(long sizeBytes) {
        if (sizeBytes < 1024) {
            return sizeBytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
        double scaled = sizeBytes / 1024.0;
        int unit = 0;
        while (scaled >= 1023.95 && unit < units.length - 1) {
            scaled /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", scaled, units[unit]);
    }

    private static boolean isControl(int character) {
        return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
    }

    private static void appendEscaped(StringBuilder target, char character) {
        switch (character) {
            case '\n' -> target.append("\\n");
            case '\r' -> target.append("\\r");
            case '\t' -> target.append("\\t");
            default -> {
                if (isControl(character)) {
                    target.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
                } else {
                    target.append(character);
                }
            }
        }
    }
}
