package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.ConfigEdit;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice config unset}. */
@Command(
        name = "unset",
        description = "Give settings their default back.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice config unset --topic orders retention.ms",
            "  sluice config unset --brokers log.retention.ms"
        })
final class ConfigUnsetCommand extends BrokerCommand {

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ConfigOf of = new ConfigOf();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names of settings.")
    private List<String> names = List.of();

    @Option(names = "--dry-run", description = "Let the broker check it, but change nothing.")
    private boolean dryRun;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    ConfigUnsetCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            new ConfigEdits(
                            of.resource(),
                            new ConfigEdit(Map.of(), names.stream().distinct().toList()),
                            dryRun)
                    .run(admin, console(), output);
        }
        return 0;
    }
}
