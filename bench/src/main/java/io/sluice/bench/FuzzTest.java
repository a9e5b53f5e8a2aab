package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.apifuzz.ApiFuzz;
import io.sluice.testkit.fuzz.ListenerFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Random and mutated bytes at the Kafka listener of a real broker, or requests made from the message specifications.
 * Exits 0 if it holds, 1 if not.
 */
@Command(
        name = "fuzz",
        description = "Throws hostile bytes or requests at the listener.",
        mixinStandardHelpOptions = true)
public final class FuzzTest implements Callable<Integer> {
    private static final double GROWTH_LIMIT_MIB = 64;

    @Option(names = "--seconds", defaultValue = "60", description = "How long (default 60).")
    private int seconds;

    @Option(names = "--seed", description = "Decides every byte; a new one each time without it.")
    private @Nullable Long seed;

    @Option(names = "--apis", description = "Requests made from Kafka's message specifications, in place of bytes.")
    private boolean isOfApis;

    @Option(
            names = "--replay",
            paramLabel = "HEX",
            description = "Sends one frame that a run with --apis complained of.")
    private @Nullable String replay;

    /** Made by {@link #main}. */
    FuzzTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FuzzTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, ExecutionException, InterruptedException {
        if (replay != null) {
            return replayed(replay);
        }
        long chosenSeed = seed == null ? System.nanoTime() : seed;
        Path folder = Files.createTempDirectory("sluice-fuzz");
        System.out.println("seed " + chosenSeed + ", folder " + folder);
        boolean held = isOfApis ? apisHold(folder, chosenSeed) : holds(folder, chosenSeed);
        System.out.println(held ? "PASSED" : "FAILED");
        if (held) {
            OsProcess.run(Duration.ofMinutes(2), "rm", "-rf", folder.toString());
        }
        return held ? 0 : 1;
    }

    private static int replayed(String frameHex) throws IOException {
        Path folder = Files.createTempDirectory("sluice-fuzz");
        try (ApiFuzz fuzz = ApiFuzz.start(BrokerCommand.ofBuild(), folder)) {
            System.out.println(fuzz.replay(frameHex));
        }
        OsProcess.run(Duration.ofMinutes(2), "rm", "-rf", folder.toString());
        return 0;
    }

    private boolean apisHold(Path folder, long chosenSeed) {
        try (ApiFuzz fuzz = ApiFuzz.start(BrokerCommand.ofBuild(), folder)) {
            ApiFuzz.Outcome outcome = fuzz.run(chosenSeed, Duration.ofSeconds(seconds));
            System.out.println(outcome);
            return outcome.complaint().isEmpty() && outcome.grownMib() < GROWTH_LIMIT_MIB;
        }
    }

    private boolean holds(Path folder, long chosenSeed) throws ExecutionException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            try (Admin admin =
                    Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress()))) {
                admin.createTopics(List.of(new NewTopic("fuzz", 4, (short) 1)))
                        .all()
                        .get();
            }
            ListenerFuzz.Outcome outcome = ListenerFuzz.run(broker, "fuzz", chosenSeed, Duration.ofSeconds(seconds));
            System.out.println(outcome);
            return outcome.complaint().isEmpty() && outcome.grownMib() < GROWTH_LIMIT_MIB;
        }
    }
}
