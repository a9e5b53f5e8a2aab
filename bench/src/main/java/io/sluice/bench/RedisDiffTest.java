package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.redis.Differential;
import io.sluice.testkit.redis.RedisServer;
import io.sluice.testkit.redis.VersionDifferences;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same random commands to a real broker and to the installed redis-server. Exits 0 if both answer alike, 1 if not. */
@Command(
        name = "redis-diff",
        description = "Compares replies of Sluice and of redis-server, command by command.",
        mixinStandardHelpOptions = true)
public final class RedisDiffTest implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "60", description = "How long (default 60).")
    private int seconds;

    @Option(names = "--seed", description = "Of the first sequence; a new one each time without it.")
    private @Nullable Long seed;

    @Option(names = "--table", description = "Only prints the known differences between versions.")
    private boolean isTable;

    /** Made by {@link #main}. */
    RedisDiffTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RedisDiffTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (isTable) {
            VersionDifferences.all().forEach(each -> System.out.println(each.source() + "  " + each.name()));
            return 0;
        }
        Workplace place = Workplace.temporary("redis-diff");
        Differential.Outcome outcome = compared(place.path(), seed == null ? System.nanoTime() >>> 8 : seed);
        System.out.println(outcome.sequences() + " sequences, " + outcome.commands() + " commands");
        outcome.differences().forEach((name, count) -> System.out.println(count + " × " + name));
        outcome.complaint().ifPresent(System.out::println);
        place.leave(outcome.complaint().isEmpty());
        return outcome.complaint().isEmpty() ? 0 : 1;
    }

    private Differential.Outcome compared(Path folder, long firstSeed) {
        Map<String, String> settings = Map.of("redis.listen", "127.0.0.1:0", "redis.durability", "os");
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), settings)) {
            return Differential.run(broker.address("redis"), redis.address(), firstSeed, Duration.ofSeconds(seconds));
        }
    }
}
