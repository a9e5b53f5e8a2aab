package io.sluice.bench;

import io.sluice.bench.measure.Measure;
import io.sluice.bench.measure.Measures;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs measures side by side: ours, theirs, ours, theirs, one broker and one broker's data at a time. Figures of one
 * machine at one hour mean little; the ratios of pairs measured back to back do.
 */
@Command(
        name = "bench/run",
        description = "Compares Sluice with Apache Kafka. Measures: all, limits, or names that `list` prints.",
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "MEASURE", description = "all, list, limits, or names of measures.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--rounds", defaultValue = "7", description = "Pairs of each measure (default 7).")
    private int rounds;

    @Option(names = "--self", description = "Theirs against theirs: what the bench itself adds; ratios should be 1.")
    private boolean self;

    @Option(names = "--results", paramLabel = "DIR", required = true, description = "Where tables and raw figures go.")
    private Path results = Path.of("results");

    @Option(names = "--folder", paramLabel = "DIR", description = "Where brokers keep data (default: a temporary one).")
    private @Nullable Path folder;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by {@link #main}. */
    Bench() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (names.contains("list")) {
            Measures.all().forEach(measure -> say("%-16s %s".formatted(measure.name(), measure.title())));
            return 0;
        }
        boolean everything = names.contains("all");
        Results collected = new Results(results, Instant.now());
        if (everything || names.contains("limits")) {
            say("machine limits …");
            collected.limits(MachineLimits.measure(temporaryFolder()));
        }
        List<Measure> chosen = chosen(everything);
        int seconds = chosen.stream().mapToInt(Measure::secondsPerRun).sum() * 2 * rounds;
        say("%d measures × %d rounds, about %d minutes".formatted(chosen.size(), rounds, Math.ceilDiv(seconds, 60)));
        int failed = 0;
        for (Measure measure : chosen) {
            failed += runGuarded(measure, collected) ? 0 : 1;
            collected.write();
        }
        say(collected.table());
        say("written to " + collected.write());
        return failed == 0 ? 0 : 1;
    }

    private List<Measure> chosen(boolean everything) {
        List<Measure> known = Measures.all();
        List<String> unknown = names.stream()
                .filter(name -> !List.of("all", "limits").contains(name))
                .filter(name ->
                        known.stream().noneMatch(measure -> measure.name().equals(name)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "no measure is called " + String.join(", ", unknown) + "; `list` prints them");
        }
        return known.stream()
                .filter(measure -> everything || names.contains(measure.name()))
                .toList();
    }

    // A measure that breaks must not take the figures of the others with it: the bench's outermost frame of a measure.
    private boolean runGuarded(Measure measure, Results collected) throws IOException {
        try {
            run(measure, collected);
            return true;
        } catch (RuntimeException e) {
            say("%s: FAILED, %s".formatted(measure.name(), e));
            collected.failed(measure, e.toString());
            return false;
        }
    }

    private void run(Measure measure, Results collected) throws IOException {
        Contender ours = self ? measure.theirs() : measure.ours();
        for (int round = 1; round <= rounds; round++) {
            Map<String, Double> first = runOne(measure, ours, round);
            Map<String, Double> second = runOne(measure, measure.theirs(), round);
            collected.pair(measure, first, second);
        }
    }

    private Map<String, Double> runOne(Measure measure, Contender contender, int round) throws IOException {
        Path data = temporaryFolder();
        Stopwatch watch = Stopwatch.started();
        try {
            Map<String, Double> figures = measure.run().on(contender, data.resolve("data"));
            say("%s %d/%d %-22s %s (%.0f s)"
                    .formatted(
                            measure.name(),
                            round,
                            rounds,
                            contender.label(),
                            Results.words(figures),
                            watch.elapsedSeconds()));
            return figures;
        } finally {
            // The other side starts on a disk without our dirty pages.
            OsProcess.run(Duration.ofMinutes(2), "rm", "-rf", data.toString());
            OsProcess.run(Duration.ofMinutes(2), "sync");
        }
    }

    private Path temporaryFolder() throws IOException {
        return folder == null
                ? Files.createTempDirectory("sluice-bench")
                : Files.createTempDirectory(Files.createDirectories(folder), "run");
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
