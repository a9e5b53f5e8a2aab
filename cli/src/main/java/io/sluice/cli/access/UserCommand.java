package io.sluice.cli.access;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice user}: needs a command below it. */
@Command(
        name = "user",
        synopsisSubcommandLabel = "COMMAND",
        description = "Add, list and delete users, and change their passwords.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice user add alice                     asks for the password",
            "  sluice user add alice < password-file     takes its first line",
            "  sluice user list",
            "  sluice user password alice",
            "  sluice user delete alice",
            "",
            "What a user may do is said with 'sluice acl'."
        })
public final class UserCommand {

    private UserCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new UserCommand())
                .addSubcommand(new UserAddCommand(console))
                .addSubcommand(new UserListCommand(console))
                .addSubcommand(new UserPasswordCommand(console))
                .addSubcommand(new UserDeleteCommand(console));
    }
}
