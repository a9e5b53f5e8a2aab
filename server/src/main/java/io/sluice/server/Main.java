package io.sluice.server;

import io.sluice.server.demo.DemoCommand;
import io.sluice.server.node.ExitCode;
import io.sluice.server.training.TrainCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** Entry point of the commands that need the broker's own classes; the client commands live in the module {@code cli}. */
@Command(
        name = "sluice",
        description = "An event broker: one durable log that Kafka clients produce to and consume from.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            StartCommand.class,
            DemoCommand.class,
            SettingsCommand.class,
            RepairCommand.class,
            LoggersCommand.class,
            ClusterCommandLine.class,
            DoctorCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            TrainCommand.class
        })
public final class Main {
    /** Made by picocli. */
    Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(PlainStart.read(arguments)
                .map(Main::start)
                .orElseGet(() -> commandLine().execute(arguments)));
    }

    // The outermost frame, as picocli's is for all other commands.
    private static int start(SettingsOptions options) {
        try {
            return BrokerRun.untilStopped(options, new PrintWriter(System.out, true, System.out.charset()));
        } catch (InterruptedException | RuntimeException e) {
            return FailureReport.print(e, new PrintWriter(System.err, true, System.err.charset()));
        }
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main())
                .setParameterExceptionHandler(Main::explain)
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> FailureReport.print(failure, command.getErr()));
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().versionProvider(new Version()));
        return line;
    }

    private static int explain(ParameterException failure, String... arguments) {
        PrintWriter err = failure.getCommandLine().getErr();
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        err.println(name + ": " + failure.getMessage() + "; see '" + name + " --help'");
        return ExitCode.USAGE.number();
    }
}
