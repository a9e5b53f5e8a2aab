package io.sluice.cli.settings;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice config}: needs a command below it. */
@Command(
        name = "config",
        synopsisSubcommandLabel = "COMMAND",
        description = "Show and change settings of the running broker, of topics and of groups.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice config list --topic orders",
            "  sluice config list --broker 1 --all --docs",
            "  sluice config set --brokers log.retention.ms=604800000",
            "  sluice config unset --topic orders retention.ms",
            "",
            "'sluice settings' shows what the broker reads at its start."
        })
public final class ConfigCommand {

    private ConfigCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new ConfigCommand())
                .addSubcommand(new ConfigListCommand(console))
                .addSubcommand(new ConfigSetCommand(console))
                .addSubcommand(new ConfigUnsetCommand(console));
    }
}
