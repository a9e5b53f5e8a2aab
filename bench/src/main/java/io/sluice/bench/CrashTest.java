package io.sluice.bench;

import io.sluice.bench.peer.Contender;
import io.sluice.bench.peer.KafkaProcess;
import io.sluice.bench.peer.Readiness;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.crash.ClusterPowerCuts;
import io.sluice.testkit.crash.CrashOutcome;
import io.sluice.testkit.crash.CrashPlan;
import io.sluice.testkit.crash.CrashScenario;
import io.sluice.testkit.crash.PowerCutScenario;
import io.sluice.testkit.crash.StreamCrashScenario;
import java.io.IOException;
import java.nio.file.Path;
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
            description =
                    "Durability os (power cut) or memory (kill) and one round: must lose records. With --redis of power"
                            + " cuts alone.")
    private boolean control;

    @Option(names = "--cluster", description = "With --power-cut: three nodes, all of which lose power at once.")
    private boolean cluster;

    @Option(names = "--redis", description = "Jedis, a stream and a group of it in place of Kafka's producers.")
    private boolean redis;

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
        Workplace place = Workplace.of(folder, "crash");
        say("seed " + chosenSeed + ", folder " + place.path());
        boolean hasPassed = judge(place.path(), plan);
        place.leave(hasPassed);
        return hasPassed ? 0 : 1;
    }

    private boolean judge(Path place, CrashPlan plan) {
        Optional<String> obstacle = powerCut ? PowerCutScenario.obstacle(place) : Optional.empty();
        if (obstacle.isPresent()) {
            say("skipped: no loop-mounted disks here (" + obstacle.get()
                    + "); the simulated disk's tests cover power cuts");
            return true;
        }
        if (redis) {
            return judgeStreams(place, plan);
        }
        CrashOutcome outcome = play(place, plan);
        say(outcome.toString());
        Verdict verdict = Verdict.of(control, outcome.history(), outcome.isClean());
        say(verdict.line("every promise kept", place));
        return verdict.hasPassed();
    }

    private boolean judgeStreams(Path place, CrashPlan plan) {
        StreamCrashScenario.Outcome outcome = playStreams(place, plan);
        say(outcome.toString());
        Verdict verdict = new Verdict(control, control != outcome.isClean());
        say(verdict.line("every promise kept", place));
        return verdict.hasPassed();
    }

    private StreamCrashScenario.Outcome playStreams(Path place, CrashPlan plan) {
        if (powerCut) {
            return StreamCrashScenario.cutPower(
                    place, plan.rounds(), plan.seed(), this::startWithRedis, CrashTest::say);
        }
        try (BrokerProcess broker = startWithRedis(place.resolve("data"))) {
            return StreamCrashScenario.kill(broker, plan.rounds(), plan.seed(), CrashTest::say);
        }
    }

    private BrokerProcess startWithRedis(Path data) {
        Map<String, String> settings =
                Map.of("redis.listen", "127.0.0.1:0", "redis.durability", control ? "os" : "fsync");
        return BrokerProcess.start(BrokerCommand.ofBuild(), data, settings);
    }

    // Kafka keeps nothing from a power cut as it comes.
    private String weakness() {
        if (kafka) {
            return "";
        }
        return powerCut ? "os" : "memory";
    }

    private CrashOutcome play(Path place, CrashPlan plan) {
        if (powerCut && cluster) {
            return ClusterPowerCuts.run(place, plan, BrokerCommand.ofBuild("-Xmx256m"), CrashTest::say);
        }
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

    private static void say(String line) {
        System.out.println(line);
    }
}
