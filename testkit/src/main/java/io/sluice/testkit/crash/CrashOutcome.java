package io.sluice.testkit.crash;

import io.sluice.testkit.HistoryReport;
import java.util.List;

/**
 * How a crash test ended.
 *
 * @param rounds how many rounds were played
 * @param history what is wrong with the log
 * @param clientFailures sends and reads that failed for good, in words; a broker that keeps its promises causes none
 */
public record CrashOutcome(int rounds, HistoryReport history, List<String> clientFailures) {
    /** Copies what it is given. */
    public CrashOutcome {
        clientFailures = List.copyOf(clientFailures);
    }

    /** Whether the broker kept every promise. */
    public boolean isClean() {
        return history.isClean() && clientFailures.isEmpty();
    }

    @Override
    public String toString() {
        String failures = clientFailures.isEmpty() ? "" : "\n  client failures: " + clientFailures;
        return "%d rounds: %s%s".formatted(rounds, history, failures);
    }
}
