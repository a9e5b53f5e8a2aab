package io.sluice.cli.group;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice group}: needs a command below it. */
@Command(
        name = "group",
        synopsisSubcommandLabel = "COMMAND",
        description = "List consumer groups, see how far behind they are, move and delete them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice group list",
            "  sluice group describe billing",
            "  sluice group reset billing --to-time '1h ago'",
            "  sluice group delete billing"
        })
public final class GroupCommand {

    private GroupCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new GroupCommand())
                .addSubcommand(new GroupListCommand(console))
                .addSubcommand(new GroupDescribeCommand(console))
                .addSubcommand(new GroupResetCommand(console))
                .addSubcommand(new GroupDeleteCommand(console));
    }
}
