package io.sluice.server.demo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A row of the table: time, magnitude, place, offset. */
final class QuakeText {

    static final String TITLE =
            String.format(Locale.ROOT, "%-19s  %4s  %-10s  %6s  %s", "TIME (UTC)", "MAG", "", "OFFSET", "PLACE");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final double STRONG = 5;
    private static final double FELT = 4;
    private static final double WEAK = 2.5;
    private static final int BAR_LENGTH_MAX = 10;
    private static final double MAGNITUDE_PER_BLOCK = 0.7;

    private QuakeText() {}

    static String row(QuakeView.Seen seen, boolean colored) {
        Earthquake event = seen.event();
        String magnitude = String.format(Locale.ROOT, "%4.1f  %-10s", event.magnitude(), bar(event.magnitude()));
        return TIME.format(Instant.ofEpochMilli(event.timeMs()))
                + "  "
                + (colored ? color(event.magnitude()) + magnitude + "\u001b[0m" : magnitude)
                + String.format(Locale.ROOT, "  %6d  %s", seen.offset(), printable(event.place()));
    }

    private static String bar(double magnitude) {
        return "#".repeat(Math.clamp((long) (magnitude / MAGNITUDE_PER_BLOCK), 0, BAR_LENGTH_MAX));
    }

    private static String color(double magnitude) {
        if (magnitude >= STRONG) {
            return "\u001b[1;31m";
        }
        if (magnitude >= FELT) {
            return "\u001b[33m";
        }
        return magnitude >= WEAK ? "\u001b[32m" : "\u001b[2m";
    }

    /** Anybody may produce into the topic; nobody shall steer this terminal by it. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
