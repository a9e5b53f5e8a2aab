package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sluice bench}: needs a command below it. */
@Command(
        name = "bench",
        synopsisSubcommandLabel = "COMMAND",
        description = "Measure a running broker with Kafka's own clients.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice bench produce",
            "  sluice bench produce --size 100 --producers 4 --compression lz4",
            "  sluice bench consume",
            "  sluice bench end-to-end --rate 1000",
            "",
            "Each makes a topic of its own and deletes it at the end. Where client and broker",
            "share a machine, no figure is the broker's alone."
        })
public final class BenchCommand {

    private BenchCommand() {}

    /** The command with those below it. */
    public static CommandLine on(Console console) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new BenchProduceCommand(console))
                .addSubcommand(new BenchConsumeCommand(console))
                .addSubcommand(new BenchEndToEndCommand(console));
    }
}
