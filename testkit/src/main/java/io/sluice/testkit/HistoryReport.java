package io.sluice.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The verdict on a history.
 *
 * @param acknowledged how many records were acknowledged
 * @param read how many were read back
 * @param counts violations by kind; kinds without one are missing
 * @param examples the first violations in words
 */
public record HistoryReport(long acknowledged, long read, Map<Violation, Long> counts, List<String> examples) {
    /** What can be wrong with a log. */
    public enum Violation {
        /** An acknowledged record is not there. */
        LOST,
        /** An acknowledged record is there, at another offset than acknowledged. */
        MISPLACED,
        /** Bytes that no producer sent, or that changed. */
        INVENTED,
        /** A record of an idempotent producer is there twice. */
        DUPLICATED,
        /** A producer's later record stands before an earlier one. */
        REORDERED,
        /** An offset without a record below the end. */
        GAP,
        /** A reader saw a record that is not there any more, or another in its place. */
        UNSEEN
    }

    /** Copies what it is given. */
    public HistoryReport {
        counts = Map.copyOf(counts);
        examples = List.copyOf(examples);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return counts.isEmpty();
    }

    /** How many violations of {@code kind} there are. */
    public long count(Violation kind) {
        return counts.getOrDefault(kind, 0L);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("acknowledged %,d, read %,d".formatted(acknowledged, read));
        for (Violation kind : Violation.values()) {
            text.append(", ")
                    .append(kind.name().toLowerCase(Locale.ROOT))
                    .append(' ')
                    .append(count(kind));
        }
        examples.forEach(example -> text.append("\n  ").append(example));
        return text.toString();
    }
}
