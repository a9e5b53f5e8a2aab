package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice quota delete}. */
@Command(
        name = "delete",
        description = "Take limits away: all of somebody, or only some.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice quota delete --user alice",
            "  sluice quota delete --user alice --only produce",
            "  sluice quota delete --default user"
        })
final class QuotaDeleteCommand extends BrokerCommand {

    private record Deleted(Map<String, String> who, Collection<String> limits) {}

    @Mixin
    private final QuotaWho who = new QuotaWho();

    @Option(
            names = "--only",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "LIMIT,…",
            description = "Only this limit: ${COMPLETION-CANDIDATES}. Repeatable.")
    private List<QuotaKind> only = new ArrayList<>();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    QuotaDeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (who.entries().isEmpty()) {
            throw usage("say whose limits with --user, --client, --ip or --default KIND");
        }
        if (!who.contradiction().isEmpty()) {
            throw usage(who.contradiction());
        }
        try (Admin admin = openAdmin()) {
            ClientQuotaEntity entity = who.entity();
            Set<String> keys = new TreeSet<>(keys(admin, entity));
            Set<String> wanted = only.stream().map(QuotaKind::key).collect(Collectors.toSet());
            keys.removeIf(key -> !wanted.isEmpty() && !wanted.contains(key));
            if (keys.isEmpty()) {
                throw new CommandException(
                        "no such limit of " + QuotaWho.text(entity) + "; 'sluice quota list' shows what there is");
            }
            await(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            entity,
                            keys.stream()
                                    .map(key -> new ClientQuotaAlteration.Op(key, null))
                                    .toList())))
                    .all());
            print(entity, keys);
        }
        return 0;
    }

    private Collection<String> keys(Admin admin, ClientQuotaEntity entity) {
        Map<ClientQuotaEntity, Map<String, Double>> found =
                await(admin.describeClientQuotas(who.exactFilter()).entities());
        return found.getOrDefault(entity, Map.of()).keySet();
    }

    private void print(ClientQuotaEntity entity, Set<String> keys) {
        if (output.isJson()) {
            console().json(new Deleted(entity.entries(), keys));
        } else {
            String limits = keys.stream()
                    .map(key -> QuotaKind.of(key).map(QuotaKind::toString).orElse(key))
                    .collect(Collectors.joining(", "));
            console().line("deleted limits of " + QuotaWho.text(entity) + ": " + limits);
        }
    }
}
