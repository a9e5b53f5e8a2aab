package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.apifuzz.ApiFuzz;
import io.sluice.testkit.fuzz.ListenerFuzz;
import io.sluice.testkit.redis.RespFuzz;
import java.io.IOException;
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
 * Random and mutated bytes at the Kafka or the Redis listener of a real broker, or requests made from the message
 * specifications. Exits 0 if it holds, 1 if not.
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

    @Option(names = "--redis", description = "Bytes and requests at the Redis listener.")
    private boolean isOfRedis;

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
        Workplace place = Workplace.temporary("fuzz");
        Path folder = place.path();
        System.out.println("seed " + chosenSeed + ", folder " + folder);
        boolean held = isOfApis
                ? apisHold(folder, chosenSeed)
                : isOfRedis ? redisHolds(folder, chosenSeed) : holds(folder, chosenSeed);
        System.out.println(held ? "PASSED" : "FAILED");
        place.leave(held);
        return held ? 0 : 1;
    }

    private static int replayed(String frameHex) throws IOException {
        Workplace place = Workplace.temporary("fuzz");
        try (ApiFuzz fuzz = ApiFuzz.start(BrokerCommand.ofBuild(), place.path())) {
            System.out.println(fuzz.replay(frameHex));
        }
        place.leave(true);
        return 0;
    }

    private boolean apisHold(Path folder, long chosenSeed) {
        try (ApiFuzz fuzz = ApiFuzz.start(BrokerCommand.ofBuild(), folder)) {
            ApiFuzz.Outcome outcome = fuzz.run(chosenSeed, Duration.ofSeconds(seconds));
            System.out.println(outcome);
            return outcome.complaint().isEmpty() && outcome.grownMib() < GROWTH_LIMIT_MIB;
        }
    }

    private boolean redisHolds(Path folder, long chosenSeed) {
        Map<String, String> settings = Map.of("redis.listen", "127.0.0.1:0");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), settings)) {
            return isFine(RespFuzz.run(broker, broker.address("redis"), chosenSeed, Duration.ofSeconds(seconds)));
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
            return isFine(ListenerFuzz.run(broker, "fuzz", chosenSeed, Duration.ofSeconds(seconds)));
        }
    }

    private static boolean isFine(ListenerFuzz.Outcome outcome) {
        System.out.println(outcome);
        return outcome.complaint().isEmpty() && outcome.grownMib() < GROWTH_LIMIT_MIB;
    }
}
