package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.crash.ChaosPlan;
import io.sluice.testkit.crash.ChaosScenario;
import io.sluice.testkit.crash.CrashOutcome;
import io.sluice.testkit.crash.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills, freezes and cuts off nodes of a real cluster of three under load, slows and fills their disks, lets their clocks jump
 * and damages their journals, one misfortune after the other by seed, and checks that nothing acknowledged is lost. Exits 0 if all promises were kept, 1 if not; a control the other way round.
 */
@Command(
        name = "chaos",
        description = "Kills, freezes and cuts off nodes of a cluster under load and checks everything.",
        mixinStandardHelpOptions = true)
public final class ChaosTest implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int MINUTE_MS = 60_000;

    @Option(names = "--minutes", defaultValue = "30", description = "How long misfortunes happen (default 30).")
    private double minutes;

    @Option(names = "--seed", description = "Decides what happens when; a new one each time without it.")
    private @Nullable Long seed;

    @Option(names = "--control", description = "Put all nodes back to an earlier moment: must lose records.")
    private boolean control;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "MISFORTUNE",
            description = "What may happen, as the lines name it; everything without it.")
    private List<String> only = List.of();

    @Option(
            names = "--namespaces",
            description =
                    "Nodes in network namespaces whose packets are dropped, instead of proxies; needs root, ip and nft.")
    private boolean inNamespaces;

    @Option(names = "--folder", description = "Where data lies; a new temporary folder without it.")
    private @Nullable Path folder;

    /** Made by {@link #main}. */
    ChaosTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        long chosenSeed = seed == null ? System.nanoTime() : seed;
        Workplace place = Workplace.of(folder, "chaos");
        say("seed " + chosenSeed + ", folder " + place.path());
        ChaosPlan plan = new ChaosPlan(Duration.ofMillis(Math.round(minutes * MINUTE_MS)), chosenSeed, control, only);
        CrashOutcome outcome;
        try (ClusterProcesses cluster = start(place.path(), chosenSeed)) {
            if (!cluster.hasFaultyMachines()) {
                say("without a C compiler nothing happens to disks and clocks");
            }
            outcome = ChaosScenario.run(cluster, plan, programs(place.path(), cluster.addresses()), ChaosTest::say);
        }
        say(outcome.toString());
        Verdict verdict = Verdict.of(control, outcome.history(), outcome.isClean());
        say(verdict.line("every promise kept", place.path()));
        place.leave(verdict.hasPassed());
        return verdict.exitCode();
    }

    private static List<ForeignPrograms> programs(Path folder, String addresses) {
        List<ForeignPrograms> programs = new ArrayList<>();
        programs.add(ForeignPrograms.verifiableTools(Path.of(System.getProperty("bench.kafka.lib")), addresses));
        ForeignPrograms.librdkafka(folder, addresses)
                .ifPresentOrElse(
                        programs::add, () -> say("without python3-confluent-kafka there is no load of librdkafka"));
        return programs;
    }

    private ClusterProcesses start(Path data, long chosenSeed) {
        BrokerCommand broker = BrokerCommand.ofBuild("-Xmx256m");
        return inNamespaces
                ? ClusterProcesses.startInNamespaces(broker, data, NODES)
                : ClusterProcesses.startOnFaultyMachines(broker, data, NODES, chosenSeed);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
