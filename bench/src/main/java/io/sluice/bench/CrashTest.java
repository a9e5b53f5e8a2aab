package io.sluice.bench;

import io.sluice.bench.peer.Contender;
import io.sluice.bench.peer.KafkaProcess;
import io.sluice.bench.peer.Readiness;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.HistoryReport.Violation;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.crash.CrashOutcome;
import io.sluice.testkit.crash.CrashPlan;
import io.sluice.testkit.crash.CrashScenario;
import io.sluice.testkit.crash.PowerCutScenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills a real broker, or cuts the power of its disk, under real idempotent producers, and checks that nothing
 * acknowledged is lost. Exits 0 if all promises were kept, 1 if not; a control the other way round.
 */
@Command(
        name = "crash",
        description = "Kills a broker under load and checks everything.",
        mixinStandardHelpOptions = true)
public final class CrashTest implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "50", description = "Kills or cuts (default 50).")
    private int rounds;

    @Option(names = "--seed", description = "Decides the moments; a new one each time without it.")
    private @Nullable Long seed;

    @Option(names = "--power-cut", description = "Cut the power of a loop-mounted disk (root) in place of kill -9.")
    private boolean powerCut;

    @Option(
            names = "--control",
            description = "Durability os (power cut) or memory (kill) and one round: must lose records.")
    private boolean control;

    @Option(names = "--kafka", description = "Apache Kafka in place of Sluice.")
    private boolean kafka;

    @Option(names = "--folder", description = "Where data lies; a new temporary folder without it.")
    private @Nullable Path folder;

    /** Made by {@link #main}. */
    CrashTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CrashTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        long chosenSeed = seed == null ? System.nanoTime() : seed;
        CrashPlan plan = control ? CrashPlan.control(weakness(), chosenSeed) : CrashPlan.of(rounds, chosenSeed);
        Path place = folder == null ? Files.createTempDirectory("sluice-crash") : Files.createDirectories(folder);
        say("seed " + chosenSeed + ", folder " + place);
        int exitCode = judge(place, plan);
        if (folder == null && exitCode == 0) {
            // What failed stays for whoever looks into it.
            OsProcess.run(Duration.ofMinutes(2), "rm", "-rf", place.toString());
        }
        return exitCode;
    }

    private int judge(Path place, CrashPlan plan) {
        Optional<String> obstacle = powerCut ? PowerCutScenario.obstacle(place) : Optional.empty();
        if (obstacle.isPresent()) {
            say("skipped: no loop-mounted disks here (" + obstacle.get()
                    + "); the simulated disk's tests cover power cuts");
            return 0;
        }
        CrashOutcome outcome = play(place, plan);
        say(outcome.toString());
        return control ? verdictOfControl(outcome) : verdict(outcome, place);
    }

    // Kafka keeps nothing from a power cut as it comes.
    private String weakness() {
        if (kafka) {
            return "";
        }
        return powerCut ? "os" : "memory";
    }

    private CrashOutcome play(Path place, CrashPlan plan) {
        if (powerCut) {
            return PowerCutScenario.run(place, plan, this::start, CrashTest::say);
        }
        try (BrokerUnderTest broker = start(place.resolve("data"))) {
            return CrashScenario.run(broker, plan, CrashTest::say);
        }
    }

    private BrokerUnderTest start(Path data) {
        if (!kafka) {
            return BrokerProcess.start(BrokerCommand.ofBuild(), data, Map.of());
        }
        BrokerUnderTest broker = new KafkaProcess(data, Contender.KAFKA.topicConfigs());
        Readiness.await(broker);
        return broker;
    }

    private static int verdict(CrashOutcome outcome, Path place) {
        say(outcome.isClean() ? "PASSED: every promise kept" : "FAILED; the data is in " + place);
        return outcome.isClean() ? 0 : 1;
    }

    private static int verdictOfControl(CrashOutcome outcome) {
        boolean bites = outcome.history().count(Violation.LOST) > 0;
        say(bites ? "PASSED: the control loses records, so the test bites" : "FAILED: the control lost nothing");
        return bites ? 0 : 1;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
