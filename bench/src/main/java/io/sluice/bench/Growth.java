package io.sluice.bench;

import io.sluice.bench.measure.GrowthMeasure;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How the cost of a cluster of ours grows with its partitions, its shards and its nodes, all of which run on this machine: what
 * it costs at rest and under the same load, one cluster after the other. Exits 1 if a point could not be measured.
 */
@Command(
        name = "growth",
        description = "What clusters cost that have more and more partitions, shards and nodes.",
        mixinStandardHelpOptions = true)
public final class Growth implements Callable<Integer> {
    @Option(
            names = "--only",
            split = ",",
            paramLabel = "AXIS",
            description = "What grows: partitions, shards, nodes; all of them without it.")
    private List<GrowthAxis> only = List.of(GrowthAxis.values());

    @Option(names = "--rounds", defaultValue = "1", description = "How often each is measured (default 1).")
    private int rounds;

    @Option(names = "--results", paramLabel = "DIR", required = true, description = "Where tables and pictures go.")
    private Path results = Path.of("results");

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = "Where the pictures go too, as growth-AXIS.svg: docs/plots shows them.")
    private @Nullable Path into;

    /** Made by {@link #main}. */
    Growth() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Growth()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        GrowthReport report = new GrowthReport(results, Instant.now());
        int failed = 0;
        for (int round = 1; round <= rounds; round++) {
            for (GrowthAxis axis : only) {
                for (int point : axis.points()) {
                    failed += measureGuarded(report, axis, point) ? 0 : 1;
                }
                report.write();
            }
        }
        say(report.tables());
        say("written to " + report.write());
        if (into != null) {
            report.writePictures(into);
        }
        return failed == 0 ? 0 : 1;
    }

    // A cluster that breaks must not take the figures of the others with it: the outermost frame of a point.
    private static boolean measureGuarded(GrowthReport report, GrowthAxis axis, int point) throws IOException {
        Workplace place = Workplace.temporary("growth");
        Stopwatch watch = Stopwatch.started();
        try {
            Map<String, Double> figures = GrowthMeasure.of(axis.size(point), place.path());
            say("%s %,d: %s (%.0f s)".formatted(axis.words(), point, Results.words(figures), watch.elapsedSeconds()));
            report.add(axis, point, figures);
            return true;
        } catch (RuntimeException e) {
            say("%s %,d: FAILED, %s".formatted(axis.words(), point, e));
            report.failed(axis, point, e.toString().lines().findFirst().orElse(""));
            return false;
        } finally {
            place.leave(true);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
