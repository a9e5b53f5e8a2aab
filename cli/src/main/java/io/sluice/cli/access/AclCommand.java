package io.sluice.cli.access;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice acl}: needs a command below it. */
@Command(
        name = "acl",
        synopsisSubcommandLabel = "COMMAND",
        description = "Say who may do what.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice acl add --user alice --allow read,describe --topic orders",
            "  sluice acl add --user alice --allow read --group billing",
            "  sluice acl add --user shop --allow write,create --topic shop- --prefix",
            "  sluice acl add --everyone --deny all --topic secrets",
            "  sluice acl list --topic orders",
            "  sluice acl delete --user alice",
            "",
            "What nobody is allowed is forbidden, but to super users; a deny always wins."
        })
public final class AclCommand {

    private AclCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new AclCommand())
                .addSubcommand(new AclAddCommand(console))
                .addSubcommand(new AclListCommand(console))
                .addSubcommand(new AclDeleteCommand(console));
    }
}
