package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A line on stderr that tells how a load goes: overwritten on a terminal, one every ten seconds elsewhere. Owner: the
 * command's thread.
 */
final class LoadProgress {

    private static final long TERMINAL_INTERVAL_MS = 500;
    private static final long LOG_INTERVAL_MS = 10_000;

    private final Console console;
    private final LoadCounters counters;
    private final long startNs;
    private long shownNs;
    private long shownRecords;
    private long shownBytes;
    private Latencies shownLatencies;

    LoadProgress(Console console, LoadCounters counters) {
        this.console = console;
        this.counters = counters;
        this.startNs = console.nanoTime();
        this.shownNs = startNs;
        this.shownLatencies = counters.latencies();
    }

    /** Shows the line until {@code done} is open, then erases it; answers how long that took, in nanoseconds. */
    long showUntil(CountDownLatch done) {
        boolean isTerminal = console.terminal().error();
        try {
            while (!done.await(isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS, TimeUnit.MILLISECONDS)) {
                if (isTerminal) {
                    console.errorPart("\r" + line() + "\u001b[K");
                } else {
                    console.error(line());
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (isTerminal) {
            console.errorPart("\r\u001b[K");
        }
        return console.nanoTime() - startNs;
    }

    private String line() {
        long nowNs = console.nanoTime();
        long records = counters.records();
        long sizeBytes = counters.sizeBytes();
        Latencies latencies = counters.latencies();
        double seconds = Math.max(1, nowNs - shownNs) / 1e9;
        Latencies latest = latencies.since(shownLatencies);
        String line = String.format(
                Locale.ROOT,
                "%.0f s: %s, now %s/s and %s/s, p50 %s, p99 %s",
                (nowNs - startNs) / 1e9,
                Printable.count(records, "record"),
                Printable.number(Math.round((records - shownRecords) / seconds)),
                Printable.size(Math.round((sizeBytes - shownBytes) / seconds)),
                LoadReport.milliseconds(latest.percentileMs(50)),
                LoadReport.milliseconds(latest.percentileMs(99)));
        shownNs = nowNs;
        shownRecords = records;
        shownBytes = sizeBytes;
        shownLatencies = latencies;
        return line;
    }
}
