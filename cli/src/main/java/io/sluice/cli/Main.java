package io.sluice.cli;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.ErrorText;
import io.sluice.cli.command.Interruption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Starts the command line; also what tests and other programs call to run a command inside their own process. */
public final class Main {

    private Main() {}

    /** Runs the command that {@code args} name and ends the process with its exit code. */
    public static void main(String[] args) {
        silenceLogging();
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(interruption::onShutdown));
        int exitCode = run(Console.ofProcess(interruption), args);
        interruption.commandEnded(exitCode);
        System.exit(exitCode);
    }

    /** Runs the command that {@code args} name on {@code console}; the exit code is 0, 1 or 2, or 130 if interrupted. */
    public static int run(Console console, String... args) {
        int exitCode = commandLine(console).execute(args);
        console.flush();
        return exitCode;
    }

    /**
     * The client library logs what it retries, which no user of a command can act on; and binding a real logger costs
     * more than the whole start of a command. SLF4J's own silent provider is named before anything looks for one.
     */
    private static void silenceLogging() {
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    private static CommandLine commandLine(Console console) {
        CommandLine line = SluiceCommand.commandLine(console);
        line.setOut(console.outWriter());
        line.setErr(console.errWriter());
        line.setUsageHelpWidth(console.helpWidth());
        line.setParameterExceptionHandler((failure, args) -> usageError(console, failure));
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> executionError(console, failure, command.getCommand()));
        return line;
    }

    private static int usageError(Console console, ParameterException failure) {
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        console.error(name + ": " + reason(failure) + "; see '" + name + " --help'");
        return CommandLine.ExitCode.USAGE;
    }

    private static String reason(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            String kind = unmatched.isUnknownOption() ? "no option " : "no command or argument ";
            List<String> similar = unmatched.getSuggestions();
            return kind + first + (similar.isEmpty() ? "" : " (did you mean " + similar.getFirst() + "?)");
        }
        String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("wrong usage");
        return text.replaceFirst("^Error: ", "").replaceFirst("is not an? (long|int|short)$", "is not a number");
    }

    private static int executionError(Console console, Exception failure, @Nullable Object command) {
        String bootstrap =
                command instanceof BrokerCommand asked ? asked.connection().bootstrapForErrors() : "";
        console.error("sluice: " + ErrorText.of(failure, bootstrap));
        if (console.environment("SLUICE_DEBUG").isPresent()) {
            console.error(ErrorText.stackTrace(failure));
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
