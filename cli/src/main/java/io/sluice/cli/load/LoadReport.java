package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.List;
import java.util.Locale;

/**
 * What a load measured.
 *
 * @param kind {@code produce}, {@code consume} or {@code end-to-end}
 * @param topic which topic it was on
 * @param records how many records it was
 * @param sizeBytes their values together
 * @param seconds how long it took
 * @param recordsPerSecond over the whole time
 * @param bytesPerSecond likewise
 * @param latencyMs of each record, or of each poll when consuming
 * @param histogram latencies by powers of two
 * @param missing records that were sent and did not arrive, end to end only
 */
record LoadReport(
        String kind,
        String topic,
        long records,
        long sizeBytes,
        double seconds,
        double recordsPerSecond,
        double bytesPerSecond,
        Percentiles latencyMs,
        List<Latencies.Magnitude> histogram,
        long missing) {

    private static final int BAR_WIDTH = 40;

    /** Latencies in milliseconds that so many percent do not exceed. */
    record Percentiles(double mean, double p50, double p90, double p99, double p999, double max) {

        static Percentiles of(Latencies latencies) {
            return new Percentiles(
                    latencies.meanMs(),
                    latencies.percentileMs(50),
                    latencies.percentileMs(90),
                    latencies.percentileMs(99),
                    latencies.percentileMs(99.9),
                    latencies.percentileMs(100));
        }
    }

    static LoadReport of(String kind, String topic, LoadCounters counters, long elapsedNs, long missing) {
        double seconds = Math.max(1, elapsedNs) / 1e9;
        Latencies latencies = counters.latencies();
        return new LoadReport(
                kind,
                topic,
                counters.records(),
                counters.sizeBytes(),
                seconds,
                counters.records() / seconds,
                counters.sizeBytes() / seconds,
                Percentiles.of(latencies),
                latencies.magnitudes(),
                missing);
    }

    /** Prints it for people or scripts; {@code verb} is what happened to the records, {@code latencyOf} what the times are. */
    void print(Console console, OutputFormat output, String verb, String latencyOf) {
        if (output.isJson()) {
            console.json(this);
            return;
        }
        console.line(String.format(
                Locale.ROOT,
                "%s %s (%s) in %.2f s: %s records/s, %s/s",
                verb,
                Printable.count(records, "record"),
                Printable.size(sizeBytes),
                seconds,
                Printable.number(Math.round(recordsPerSecond)),
                Printable.size(Math.round(bytesPerSecond))));
        console.line(latencyOf + ": p50 " + milliseconds(latencyMs.p50()) + ", p90 " + milliseconds(latencyMs.p90())
                + ", p99 " + milliseconds(latencyMs.p99()) + ", p99.9 " + milliseconds(latencyMs.p999()) + ", max "
                + milliseconds(latencyMs.max()) + ", mean " + milliseconds(latencyMs.mean()));
        console.table(histogramTable());
        if (missing > 0) {
            console.line(Printable.count(missing, "record") + " did not arrive");
        }
    }

    private Table histogramTable() {
        long most =
                histogram.stream().mapToLong(Latencies.Magnitude::count).max().orElse(1);
        long total = histogram.stream().mapToLong(Latencies.Magnitude::count).sum();
        Table table =
                new Table().number("UNDER").number("COUNT").number("SHARE").text("");
        histogram.forEach(magnitude -> table.row(
                milliseconds(magnitude.toMs()),
                Printable.number(magnitude.count()),
                String.format(Locale.ROOT, "%.2f %%", 100.0 * magnitude.count() / total),
                "█".repeat((int) (BAR_WIDTH * magnitude.count() / most))));
        return table;
    }

    /** {@code 0.052 ms}, {@code 4.2 ms}, {@code 1.70 s}: three digits or less, with a unit. */
    static String milliseconds(double ms) {
        if (ms >= 1_000) {
            return String.format(Locale.ROOT, "%.2f s", ms / 1_000);
        }
        if (ms >= 100) {
            return String.format(Locale.ROOT, "%.0f ms", ms);
        }
        return String.format(Locale.ROOT, ms >= 1 ? "%.1f ms" : "%.3f ms", ms);
    }
}
