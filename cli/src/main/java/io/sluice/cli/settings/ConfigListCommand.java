package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice config list}. */
@Command(
        name = "list",
        description = "Show what was set, with --all also what has its default.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice config list --topic orders",
            "  sluice config list --topic orders --all --docs",
            "  sluice config list --broker 1 --all retention        names that contain this",
            "  sluice config list --group billing --all",
            "  sluice config list --topic t --all -o json | jq '.[] | select(.readOnly)'"
        })
final class ConfigListCommand extends BrokerCommand {

    private record Synonym(String name, @Nullable String value, String source) {}

    private record Setting(
            String name,
            @Nullable String value,
            String source,
            String type,
            boolean readOnly,
            boolean sensitive,
            List<Synonym> synonyms,
            @Nullable String documentation) {}

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ConfigOf of = new ConfigOf();

    @Parameters(arity = "0..1", paramLabel = "PART", description = "Only names that contain this.")
    private String part = "";

    @Option(
            names = {"-a", "--all"},
            description = "Also settings that have their default.")
    private boolean withDefaults;

    @Option(names = "--docs", description = "With what each means.")
    private boolean withDocs;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    ConfigListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<Setting> settings = settings();
        if (output.isJson()) {
            console().json(settings);
        } else if (settings.isEmpty()) {
            console()
                    .line("nothing was set for " + ConfigOf.text(of.resource())
                            + (withDefaults ? "" : "; --all shows the defaults too"));
        } else {
            print(settings);
        }
        return 0;
    }

    private List<Setting> settings() {
        ConfigResource resource = of.resource();
        try (Admin admin = openAdmin()) {
            Map<ConfigResource, Config> found = await(admin.describeConfigs(
                            List.of(resource),
                            new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true))
                    .all());
            return found.values().stream()
                    .flatMap(config -> config.entries().stream())
                    .filter(entry -> entry.name().contains(part))
                    .filter(entry -> withDefaults || isSet(entry, resource))
                    .sorted(Comparator.comparing(ConfigEntry::name))
                    .map(ConfigListCommand::setting)
                    .toList();
        }
    }

    /** Whether this resource has a value of its own. */
    private static boolean isSet(ConfigEntry entry, ConfigResource resource) {
        return switch (entry.source()) {
            case DYNAMIC_TOPIC_CONFIG,
                    DYNAMIC_GROUP_CONFIG,
                    DYNAMIC_BROKER_CONFIG,
                    DYNAMIC_BROKER_LOGGER_CONFIG,
                    DYNAMIC_CLIENT_METRICS_CONFIG -> true;
            case DYNAMIC_DEFAULT_BROKER_CONFIG, STATIC_BROKER_CONFIG -> resource.type() == ConfigResource.Type.BROKER;
            case DEFAULT_CONFIG, UNKNOWN -> false;
        };
    }

    private static Setting setting(ConfigEntry entry) {
        return new Setting(
                entry.name(),
                entry.isSensitive() ? null : entry.value(),
                word(entry.source()),
                entry.type().name().toLowerCase(Locale.ROOT),
                entry.isReadOnly(),
                entry.isSensitive(),
                entry.synonyms().stream()
                        .map(synonym -> new Synonym(
                                synonym.name(), entry.isSensitive() ? null : synonym.value(), word(synonym.source())))
                        .toList(),
                entry.documentation());
    }

    private void print(List<Setting> settings) {
        Table table = new Table().text("SETTING").text("VALUE").text("FROM");
        boolean hasDocs = withDocs && settings.stream().anyMatch(setting -> setting.documentation() != null);
        table = hasDocs ? table.text("MEANING") : table;
        for (Setting setting : settings) {
            Stream<Object> cells = Stream.of(
                    setting.name(),
                    setting.sensitive() ? "(secret)" : orDash(setting.value()),
                    setting.source() + (setting.readOnly() ? ", read-only" : ""));
            table.row((hasDocs ? Stream.concat(cells, Stream.of(orDash(setting.documentation()))) : cells).toArray());
        }
        console().table(table);
    }

    private static Object orDash(@Nullable String cell) {
        return cell == null ? "-" : cell;
    }

    private static String word(ConfigEntry.ConfigSource source) {
        return switch (source) {
            case DYNAMIC_TOPIC_CONFIG -> "topic";
            case DYNAMIC_GROUP_CONFIG -> "group";
            case DYNAMIC_BROKER_CONFIG -> "broker";
            case DYNAMIC_DEFAULT_BROKER_CONFIG -> "all brokers";
            case STATIC_BROKER_CONFIG -> "start";
            case DEFAULT_CONFIG -> "default";
            case DYNAMIC_BROKER_LOGGER_CONFIG -> "logger";
            case DYNAMIC_CLIENT_METRICS_CONFIG -> "client metrics";
            case UNKNOWN -> "unknown";
        };
    }
}
