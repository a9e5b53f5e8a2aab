package io.sluice.cli;

import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sluice} itself: the list of commands. */
@Command(
        name = "sluice",
        synopsisSubcommandLabel = "COMMAND",
        description = "Sluice: one durable log, several protocols.",
        commandListHeading = "%nCommands on a running broker:%n",
        footerHeading = "%nCommands of the broker itself:%n",
        footer = {
            "  start     Run a broker here, in the foreground.",
            "  demo      See one at work, with a week of earthquakes.",
            "  settings  Show every setting, what it means and what it is.",
            "  doctor    Check disk, limits, clock and settings, and say what to change.",
            "  backup    Copy a data directory while its broker runs; restore makes one of it.",
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

    private final Console console;

    private SluiceCommand(Console console) {
        this.console = console;
    }

    /** The whole tree of commands on one console. */
    static CommandLine commandLine(Console console) {
        CommandLine topic = new CommandLine(new TopicCommand())
                .addSubcommand(new TopicCreateCommand(console))
                .addSubcommand(new TopicListCommand(console))
                .addSubcommand(new TopicDescribeCommand(console))
                .addSubcommand(new TopicDeleteCommand(console));
        CommandLine group = new CommandLine(new GroupCommand())
                .addSubcommand(new GroupListCommand(console))
                .addSubcommand(new GroupDescribeCommand(console));
        CommandLine sluice = new CommandLine(new SluiceCommand(console))
                .addSubcommand(topic)
                .addSubcommand(group)
                .addSubcommand(new ProduceCommand(console))
                .addSubcommand(new ConsumeCommand(console))
                .registerConverter(Duration.class, ConnectionOptions::duration);
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

    /** {@code sluice topic}: needs a command below it. */
    @Command(
            name = "topic",
            synopsisSubcommandLabel = "COMMAND",
            description = "Create, list, describe and delete topics.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  sluice topic create orders --partitions 6",
                "  sluice topic list",
                "  sluice topic describe orders",
                "  sluice topic delete orders"
            })
    static final class TopicCommand {}

    /** {@code sluice group}: needs a command below it. */
    @Command(
            name = "group",
            synopsisSubcommandLabel = "COMMAND",
            description = "List consumer groups and see how far behind they are.",
            footerHeading = "%nExamples:%n",
            footer = {"  sluice group list", "  sluice group describe billing"})
    static final class GroupCommand {}
}
