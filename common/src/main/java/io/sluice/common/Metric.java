package io.sluice.common;

import java.util.Map;

/**
 * One number of the broker at one moment.
 *
 * @param name with its unit last, as Prometheus wants it: {@code sluice_journal_synced_bytes_total}
 * @param kind counter (only rises) or gauge
 * @param help one sentence
 * @param labels few values each
 * @param value the number
 */
public record Metric(String name, Kind kind, String help, Map<String, String> labels, double value) {
    /** What the number does over time. */
    public enum Kind {
        COUNTER,
        GAUGE
    }

    /** A counter without labels. */
    public static Metric counter(String name, String help, double value) {
        return new Metric(name, Kind.COUNTER, help, Map.of(), value);
    }

    /** A gauge without labels. */
    public static Metric gauge(String name, String help, double value) {
        return new Metric(name, Kind.GAUGE, help, Map.of(), value);
    }
}
