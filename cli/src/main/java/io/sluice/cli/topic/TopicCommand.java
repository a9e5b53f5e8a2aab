package io.sluice.cli.topic;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice topic}: needs a command below it. */
@Command(
        name = "topic",
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, list, describe, change, trim and delete topics.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic create orders --partitions 6",
            "  sluice topic list",
            "  sluice topic describe orders",
            "  sluice topic alter orders --set retention.ms=86400000",
            "  sluice topic partitions orders 12",
            "  sluice topic trim orders --before '7d ago' --execute",
            "  sluice topic delete orders"
        })
public final class TopicCommand {

    private TopicCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new TopicCommand())
                .addSubcommand(new TopicCreateCommand(console))
                .addSubcommand(new TopicListCommand(console))
                .addSubcommand(new TopicDescribeCommand(console))
                .addSubcommand(new TopicAlterCommand(console))
                .addSubcommand(new TopicPartitionsCommand(console))
                .addSubcommand(new TopicTrimCommand(console))
                .addSubcommand(new TopicDeleteCommand(console));
    }
}
