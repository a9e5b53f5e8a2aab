package io.sluice.common;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One number of the broker at one moment.
 *
 * @param name with its unit last, as Prometheus wants it: {@code sluice_journal_synced_bytes_total}
 * @param kind counter (only rises), gauge or histogram
 * @param help one sentence
 * @param labels few values each
 * @param value the number; of a histogram how much was counted
 * @param distribution of a histogram only
 */
public record Metric(
        String name,
        Kind kind,
        String help,
        Map<String, String> labels,
        double value,
        @Nullable Distribution distribution) {
    /** What the number does over time. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** A counter or a gauge. */
    public Metric(String name, Kind kind, String help, Map<String, String> labels, double value) {
        this(name, kind, help, labels, value, null);
    }

    /** A counter without labels. */
    public static Metric counter(String name, String help, double value) {
        return new Metric(name, Kind.COUNTER, help, Map.of(), value);
    }

    /** A gauge without labels. */
    public static Metric gauge(String name, String help, double value) {
        return new Metric(name, Kind.GAUGE, help, Map.of(), value);
    }

    /** What a histogram counted so far. */
    public static Metric histogram(String name, String help, Map<String, String> labels, Distribution distribution) {
        return new Metric(name, Kind.HISTOGRAM, help, labels, distribution.count(), distribution);
    }
}
