package io.sluice.cli;

import io.sluice.cli.access.AclCommand;
import io.sluice.cli.access.UserCommand;
import io.sluice.cli.command.ConnectionOptions;
import io.sluice.cli.command.Console;
import io.sluice.cli.flow.ConsumeCommand;
import io.sluice.cli.flow.ProduceCommand;
import io.sluice.cli.group.GroupCommand;
import io.sluice.cli.letters.DeadLetterCommand;
import io.sluice.cli.load.BenchCommand;
import io.sluice.cli.settings.ConfigCommand;
import io.sluice.cli.settings.QuotaCommand;
import io.sluice.cli.topic.TopicCommand;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sluice} itself: the list of commands. */
@Command(
        name = "sluice",
        synopsisSubcommandLabel = "COMMAND",
        description = "Sluice, an event broker: one durable log that Kafka clients produce to and consume from.",
        commandListHeading = "%nCommands on a running broker:%n",
        footerHeading = "%nCommands of the broker itself:%n",
        footer = {
            "  start     Run a broker here, in the foreground.",
            "  demo      See one at work, with a week of earthquakes.",
            "  settings  Show every setting, what it means and what it is.",
            "  doctor    Check disk, limits, clock and settings, and say what to change.",
            "  backup    Copy a data directory while its broker runs.",
            "  restore   Make a data directory out of a backup.",
            "  loggers   Change levels of a running broker's log.",
            "  repair    Give up a damaged range of a partition, knowingly.",
            "",
            "First steps, in two terminals:",
            "  bin/sluice start",
            "  echo hello | bin/sluice produce greetings",
            "  bin/sluice consume greetings",
            "",
            "'sluice COMMAND --help' explains a command with examples. The broker is",
            "looked for at 127.0.0.1:9092, at SLUICE_BOOTSTRAP, or where --bootstrap says.",
            "Exit codes: 0 done, 1 failed, 2 the command line was wrong."
        })
final class SluiceCommand implements Runnable {

    /** What {@code bin/sluice} gives to the broker's own program. */
    static final List<String> BROKER_COMMANDS =
            List.of("start", "demo", "settings", "doctor", "backup", "restore", "loggers", "cluster", "repair");

    private final Console console;

    private SluiceCommand(Console console) {
        this.console = console;
    }

    /** The whole tree of commands on one console. */
    static CommandLine commandLine(Console console) {
        CommandLine sluice = new CommandLine(new SluiceCommand(console))
                .addSubcommand(TopicCommand.on(console))
                .addSubcommand(GroupCommand.on(console))
                .addSubcommand(DeadLetterCommand.on(console))
                .addSubcommand(new ProduceCommand(console))
                .addSubcommand(new ConsumeCommand(console))
                .addSubcommand(UserCommand.on(console))
                .addSubcommand(AclCommand.on(console))
                .addSubcommand(QuotaCommand.on(console))
                .addSubcommand(ConfigCommand.on(console))
                .addSubcommand(BenchCommand.on(console))
                .addSubcommand(new CompletionCommand(console))
                .registerConverter(Duration.class, ConnectionOptions::duration)
                .setCaseInsensitiveEnumValuesAllowed(true);
        addHelp(sluice);
        sluice.getCommandSpec()
                .version("sluice " + version())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Shows which Sluice this is.")
                        .build());
        return sluice;
    }

    /** From the jar's manifest; classes that run without a jar have none. */
    private static String version() {
        String version = SluiceCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Shows this text.")
                        .build());
        line.getSubcommands().values().forEach(SluiceCommand::addHelp);
    }

    /** Named alone, the program explains itself. */
    @Override
    public void run() {
        CommandLine line = commandLine(console);
        line.setUsageHelpWidth(console.helpWidth());
        line.usage(console.outWriter());
    }
}
