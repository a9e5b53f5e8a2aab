package io.sluice.bench;

import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.HistoryReport.Violation;
import java.nio.file.Path;

/**
 * What a test comes to. A control passes if it loses records: it shows that the test would notice.
 *
 * @param isControl whether it was one
 * @param hasPassed whether it did what it should
 */
record Verdict(boolean isControl, boolean hasPassed) {
    static Verdict of(boolean isControl, HistoryReport history, boolean isClean) {
        return new Verdict(isControl, isControl ? history.count(Violation.LOST) > 0 : isClean);
    }

    /** As a line; {@code promise} is what was kept. */
    String line(String promise, Path data) {
        if (isControl) {
            return hasPassed
                    ? "PASSED: the control loses records, so the test bites"
                    : "FAILED: the control lost nothing";
        }
        return hasPassed ? "PASSED: " + promise : "FAILED; the data is in " + data;
    }

    int exitCode() {
        return hasPassed ? 0 : 1;
    }
}
