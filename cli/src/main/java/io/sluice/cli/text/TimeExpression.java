package io.sluice.cli.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Points in time as people type them: ISO 8601, {@code 10m ago}, {@code now}, or milliseconds since 1970. */
public final class TimeExpression {

    private final Instant now;
    private final ZoneId zone;

    /** Reads relative times against {@code now} and dates without a zone as dates in {@code zone}. */
    public TimeExpression(Instant now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * The point in time that {@code text} names.
     *
     * @throws IllegalArgumentException with a text that names the accepted forms
     */
    public Instant parse(String text) {
        String trimmed = text.strip();
        String lower = trimmed.toLowerCase(Locale.ROOT);
        if (lower.equals("now")) {
            return now;
        }
        if (lower.endsWith("ago")) {
            return now.minus(DurationText.parse(lower.substring(0, lower.length() - "ago".length())));
        }
        if (trimmed.matches("\\d{9,15}")) {
            return Instant.ofEpochMilli(Long.parseLong(trimmed));
        }
        return iso(trimmed.replaceFirst("(?<=\\d) (?=\\d)", "T"))
                .orElseThrow(() -> new IllegalArgumentException("'" + text
                        + "' is no time; write '10m ago', 2026-11-21T12:00:00Z, 2026-11-21T12:00 (local time),"
                        + " 2026-11-21 or milliseconds since 1970"));
    }

    private Optional<Instant> iso(String text) {
        List<Function<String, Instant>> forms = List.of(
                form -> OffsetDateTime.parse(form).toInstant(),
                form -> LocalDateTime.parse(form).atZone(zone).toInstant(),
                form -> LocalDate.parse(form).atStartOfDay(zone).toInstant());
        return forms.stream().flatMap(form -> tryParse(form, text).stream()).findFirst();
    }

    private static Optional<Instant> tryParse(Function<String, Instant> form, String text) {
        try {
            return Optional.of(form.apply(text));
        } catch (DateTimeException notThisForm) {
            return Optional.empty();
        }
    }
}
