package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.soak.SoakOutcome;
import io.sluice.testkit.soak.SoakPlan;
import io.sluice.testkit.soak.SoakScenario;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Two hundred clients on a real broker for half an hour, with one kill in the middle. Exits 0 if nothing was lost and
 * nothing grew, 1 if not; a control the other way round.
 */
@Command(
        name = "soak",
        description =
                "200 clients for a while, topics and groups that come and go, one kill -9: nothing lost, nothing grows.",
        mixinStandardHelpOptions = true)
public final class SoakTest implements Callable<Integer> {
    private static final int MINUTE_MS = 60_000;

    @Option(names = "--minutes", defaultValue = "30", description = "How long the load lasts (default 30).")
    private double minutes;

    @Option(names = "--seed", description = "Decides what clients do; a new one each time without it.")
    private @Nullable Long seed;

    @Option(names = "--control", description = "Durability memory: the kill must lose records.")
    private boolean control;

    @Option(names = "--folder", description = "Where data lies; a new temporary folder without it.")
    private @Nullable Path folder;

    private final boolean isWatched =
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);

    /** Made by {@link #main}. */
    SoakTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SoakTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        long chosenSeed = seed == null ? System.nanoTime() : seed;
        Duration duration = Duration.ofMillis(Math.round(minutes * MINUTE_MS));
        SoakPlan plan = control ? SoakPlan.control(duration, chosenSeed) : SoakPlan.of(duration, chosenSeed);
        Workplace place = Workplace.of(folder, "soak");
        say("%d clients for %s, seed %d, folder %s".formatted(plan.clients(), duration, chosenSeed, place.path()));
        Path data = place.path().resolve("data");
        SoakOutcome outcome;
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), data, SoakPlan.brokerSettings())) {
            outcome = SoakScenario.run(broker, data, plan, this::live);
        }
        say(outcome.toString());
        Verdict verdict = Verdict.of(control, outcome.steady(), outcome.isClean());
        say(verdict.line("nothing lost, nothing grows", place.path()));
        place.leave(verdict.hasPassed());
        return verdict.exitCode();
    }

    /** One line that changes where a person watches, a line each where a file does. */
    private void live(String line) {
        if (isWatched) {
            System.out.print("\r\033[K" + line);
            System.out.flush();
        } else {
            say(line);
        }
    }

    private void say(String line) {
        System.out.println(isWatched ? "\n" + line : line);
    }
}
