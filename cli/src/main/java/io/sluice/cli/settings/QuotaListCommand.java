package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice quota list}. */
@Command(
        name = "list",
        description = "List the limits, or those that name somebody.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice quota list",
            "  sluice quota list --user alice",
            "  sluice quota list -o json | jq '.[] | select(.limits.producer_byte_rate)'"
        })
final class QuotaListCommand extends BrokerCommand {

    private record Quota(Map<String, String> who, Map<String, Double> limits) {}

    @Mixin
    private final QuotaWho who = new QuotaWho();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    QuotaListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (!who.contradiction().isEmpty()) {
            throw usage(who.contradiction());
        }
        List<Quota> quotas = quotas();
        if (output.isJson()) {
            console().json(quotas);
        } else if (quotas.isEmpty()) {
            console().line("no such limits; 'sluice quota set' makes one");
        } else {
            Table table = new Table().text("WHO");
            for (QuotaKind kind : QuotaKind.values()) {
                table.number(kind.name());
            }
            quotas.forEach(quota -> table.row(row(quota)));
            console().table(table);
        }
        return 0;
    }

    private List<Quota> quotas() {
        try (Admin admin = openAdmin()) {
            Map<ClientQuotaEntity, Map<String, Double>> found =
                    await(admin.describeClientQuotas(who.filter()).entities());
            return found.entrySet().stream()
                    .sorted(Comparator.comparing(quota -> QuotaWho.text(quota.getKey())))
                    .map(quota -> new Quota(quota.getKey().entries(), new TreeMap<>(quota.getValue())))
                    .toList();
        }
    }

    private static Object[] row(Quota quota) {
        Object[] row = new Object[QuotaKind.values().length + 1];
        row[0] = QuotaWho.text(new ClientQuotaEntity(quota.who()));
        for (QuotaKind kind : QuotaKind.values()) {
            Double limit = quota.limits().get(kind.key());
            row[kind.ordinal() + 1] = limit == null ? "-" : kind.text(limit);
        }
        return row;
    }
}
