package io.sluice.cli.text;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people type them: {@code 500ms}, {@code 10s}, {@code 1h30m}, {@code 2d}. */
public final class DurationText {

    private static final Pattern PART = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d|w)\\s*");

    private DurationText() {}

    /**
     * Reads a sum of numbers with units (ms, s, m, h, d, w); a number without a unit counts seconds.
     *
     * @throws IllegalArgumentException with a text that names the accepted forms
     */
    public static Duration parse(String text) {
        String trimmed = text.strip();
        if (trimmed.matches("\\d{1,12}")) {
            return Duration.ofSeconds(Long.parseLong(trimmed));
        }
        Matcher part = PART.matcher(trimmed);
        Duration sum = Duration.ZERO;
        int position = 0;
        while (position < trimmed.length() && part.find(position) && part.start() == position) {
            sum = sum.plus(Duration.ofMillis(Math.multiplyExact(Long.parseLong(part.group(1)), unitMs(part.group(2)))));
            position = part.end();
        }
        if (trimmed.isEmpty() || position < trimmed.length()) {
            throw new IllegalArgumentException("'" + text + "' is no duration; write 500ms, 10s, 5m, 1h30m or 2d");
        }
        return sum;
    }

    /** The shortest exact form, such as {@code 10s} or {@code 1h30m}; milliseconds only when there are some. */
    public static String format(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }

    private static long unitMs(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 7 * 86_400_000L;
        };
    }
}
