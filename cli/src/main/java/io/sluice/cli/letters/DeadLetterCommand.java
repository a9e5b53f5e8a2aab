package io.sluice.cli.letters;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice dead-letter}: needs a command below it. */
@Command(
        name = "dead-letter",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "See the records that delivery groups gave up, and send them again or drop them.",
            "A letter that was sent again or dropped is not shown any more; it stays in its topic until that topic's"
                    + " retention takes it, and is remembered as long as offsets.retention.minutes."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter list",
            "  sluice dead-letter peek orders --count 3",
            "  sluice dead-letter resend orders --execute",
            "  sluice dead-letter drop orders --cause rejected --execute",
            "  sluice dead-letter export orders > letters.jsonl"
        })
public final class DeadLetterCommand {

    private DeadLetterCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new DeadLetterCommand())
                .addSubcommand(new DeadLetterListCommand(console))
                .addSubcommand(new DeadLetterPeekCommand(console))
                .addSubcommand(new DeadLetterResendCommand(console))
                .addSubcommand(new DeadLetterEditResendCommand(console))
                .addSubcommand(new DeadLetterDropCommand(console))
                .addSubcommand(new DeadLetterExportCommand(console));
    }
}
