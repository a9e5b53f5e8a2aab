package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.ConfigEdit;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic alter}. */
@Command(
        name = "alter",
        description = "Change settings of topics while they are in use.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic alter orders --set retention.ms=604800000",
            "  sluice topic alter orders --set cleanup.policy=compact --unset retention.ms",
            "  sluice topic alter orders invoices --set max.message.bytes=2097152 --dry-run",
            "",
            "'sluice config list --topic orders --all --docs' explains every setting."
        })
final class TopicAlterCommand extends BrokerCommand {

    private record Altered(String name, boolean dryRun, List<ConfigEdit.Change> settings) {}

    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    private List<String> names = List.of();

    @Option(
            names = {"-s", "--set"},
            paramLabel = "NAME=VALUE",
            description = "A setting and its new value. Repeatable.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = {"-u", "--unset"},
            paramLabel = "NAME",
            description = "A setting that gets the broker's default back. Repeatable.")
    private List<String> unset = new ArrayList<>();

    @Option(names = "--dry-run", description = "Let the broker check it, but change nothing.")
    private boolean dryRun;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicAlterCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        ConfigEdit edit = new ConfigEdit(set, unset);
        if (edit.isEmpty()) {
            throw usage("say what to change with --set NAME=VALUE or --unset NAME");
        }
        edit.contradictions().stream().findFirst().ifPresent(name -> {
            throw usage("--set and --unset both name " + name);
        });
        try (Admin admin = openAdmin()) {
            List<Altered> altered = new ArrayList<>();
            for (String name : names.stream().distinct().toList()) {
                altered.add(new Altered(name, dryRun, changes(admin, name, edit)));
                print(altered.getLast());
            }
            if (output.isJson()) {
                console().json(altered);
            }
        }
        return 0;
    }

    private List<ConfigEdit.Change> changes(Admin admin, String name, ConfigEdit edit) {
        try {
            return edit.apply(admin, new ConfigResource(ConfigResource.Type.TOPIC, name), dryRun);
        } catch (UnknownTopicOrPartitionException unknown) {
            throw new CommandException("no topic " + name + "; 'sluice topic list' shows what there is", unknown);
        }
    }

    private void print(Altered topic) {
        if (!output.isJson()) {
            console().line((dryRun ? "would alter " : "altered ") + topic.name());
            console().table(ConfigEdit.table(topic.settings()));
        }
    }
}
