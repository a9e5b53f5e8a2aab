package io.sluice.cli.settings;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice quota}: needs a command below it. */
@Command(
        name = "quota",
        synopsisSubcommandLabel = "COMMAND",
        description = "Limit what users and clients may take of the broker.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice quota set --user alice --produce 10MiB --consume 20MiB",
            "  sluice quota set --default user --requests 50",
            "  sluice quota set --user alice --client importer --produce 1MiB",
            "  sluice quota list",
            "  sluice quota delete --user alice",
            "",
            "The narrowest limit holds: user with client, user, client, then defaults."
        })
public final class QuotaCommand {

    private QuotaCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new QuotaCommand())
                .addSubcommand(new QuotaSetCommand(console))
                .addSubcommand(new QuotaListCommand(console))
                .addSubcommand(new QuotaDeleteCommand(console));
    }
}
