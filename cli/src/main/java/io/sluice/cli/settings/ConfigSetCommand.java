package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.ConfigEdit;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice config set}. */
@Command(
        name = "set",
        description = "Change settings; they hold at once and after a restart. All or none are changed.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice config set --topic orders retention.ms=60000 max.message.bytes=2097152",
            "  sluice config set --brokers log.retention.ms=604800000",
            "  sluice config set --group billing consumer.session.timeout.ms=60000 --dry-run"
        })
final class ConfigSetCommand extends BrokerCommand {

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ConfigOf of = new ConfigOf();

    @Parameters(arity = "1..*", paramLabel = "NAME=VALUE", description = "Settings and their new values.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--dry-run", description = "Let the broker check it, but change nothing.")
    private boolean dryRun;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    ConfigSetCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            new ConfigEdits(of.resource(), new ConfigEdit(settings, List.of()), dryRun).run(admin, console(), output);
        }
        return 0;
    }
}
