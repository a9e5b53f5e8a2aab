package io.sluice.testkit.soak;

import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.HistoryReport.Violation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was found in topics before they were deleted, added up. Safe for any thread. */
final class PassingTopics {
    private static final int EXAMPLES_KEPT = 10;

    private final Map<Violation, Long> counts = new EnumMap<>(Violation.class);
    private final List<String> examples = new ArrayList<>();
    private long acknowledged;
    private long read;

    synchronized void add(HistoryReport report) {
        acknowledged += report.acknowledged();
        read += report.read();
        report.counts().forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        report.examples().stream().limit(EXAMPLES_KEPT - examples.size()).forEach(examples::add);
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized HistoryReport report() {
        return new HistoryReport(acknowledged, read, counts, examples);
    }
}
