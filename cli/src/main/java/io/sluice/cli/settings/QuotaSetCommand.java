package io.sluice.cli.settings;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.SizeText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice quota set}. */
@Command(
        name = "set",
        description = "Limit somebody. Whoever takes more is slowed down, not refused.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice quota set --user alice --produce 10MiB --consume 20MiB",
            "  sluice quota set --user alice --client importer --produce 1MiB",
            "  sluice quota set --default user --requests 50",
            "  sluice quota set --user alice --default client --consume 5MiB",
            "  sluice quota set --ip 10.1.2.3 --connections 20"
        })
final class QuotaSetCommand extends BrokerCommand {

    private record Limited(Map<String, String> who, Map<String, Double> limits) {}

    @Mixin
    private final QuotaWho who = new QuotaWho();

    @Option(names = "--produce", paramLabel = "SIZE", description = "Bytes a second that may be produced: 10MiB.")
    private Optional<String> produce = Optional.empty();

    @Option(names = "--consume", paramLabel = "SIZE", description = "Bytes a second that may be fetched: 20MiB.")
    private Optional<String> consume = Optional.empty();

    @Option(
            names = "--requests",
            paramLabel = "PERCENT",
            description = "Time of request threads, 100 is one thread all the time.")
    private Optional<String> requests = Optional.empty();

    @Option(
            names = "--mutations",
            paramLabel = "N",
            description = "Partitions a second that may be created or deleted.")
    private Optional<String> mutations = Optional.empty();

    @Option(names = "--connections", paramLabel = "N", description = "New connections a second; only with --ip.")
    private Optional<String> connections = Optional.empty();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    QuotaSetCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        Map<QuotaKind, Double> limits = limits();
        if (who.entries().isEmpty()) {
            throw usage("say whom it limits with --user, --client, --ip or --default KIND");
        }
        if (!who.contradiction().isEmpty()) {
            throw usage(who.contradiction());
        }
        if (limits.isEmpty()) {
            throw usage("say the limit with --produce, --consume, --requests, --mutations or --connections");
        }
        List<ClientQuotaAlteration.Op> operations = limits.entrySet().stream()
                .map(limit -> new ClientQuotaAlteration.Op(limit.getKey().key(), limit.getValue()))
                .toList();
        try (Admin admin = openAdmin()) {
            await(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(who.entity(), operations)))
                    .all());
        }
        print(limits);
        return 0;
    }

    private Map<QuotaKind, Double> limits() {
        Map<QuotaKind, Double> limits = new EnumMap<>(QuotaKind.class);
        produce.ifPresent(text -> limits.put(QuotaKind.PRODUCE, rate("--produce", text)));
        consume.ifPresent(text -> limits.put(QuotaKind.CONSUME, rate("--consume", text)));
        requests.ifPresent(text -> limits.put(QuotaKind.REQUESTS, number("--requests", text)));
        mutations.ifPresent(text -> limits.put(QuotaKind.MUTATIONS, number("--mutations", text)));
        connections.ifPresent(text -> limits.put(QuotaKind.CONNECTIONS, number("--connections", text)));
        return limits;
    }

    private double rate(String option, String text) {
        try {
            long rate = SizeText.parse(text.replaceFirst("/s$", ""));
            if (rate > 0) {
                return rate;
            }
        } catch (IllegalArgumentException malformed) {
            throw usage(option + ": " + malformed.getMessage());
        }
        throw usage(option + " must be more than 0; 'sluice quota delete' takes a limit away");
    }

    private double number(String option, String text) {
        String plain = text.replaceFirst("\\s*%$|/s$", "");
        if (!plain.matches("\\d{1,12}(\\.\\d{1,6})?") || Double.parseDouble(plain) == 0) {
            throw usage(option + " must be a number above 0, not " + text);
        }
        return Double.parseDouble(plain);
    }

    private void print(Map<QuotaKind, Double> limits) {
        if (output.isJson()) {
            Map<String, Double> byKey = new TreeMap<>();
            limits.forEach((kind, limit) -> byKey.put(kind.key(), limit));
            console().json(new Limited(who.entity().entries(), byKey));
            return;
        }
        console()
                .line("limited " + QuotaWho.text(who.entity()) + ": "
                        + limits.entrySet().stream()
                                .map(limit ->
                                        limit.getKey() + " " + limit.getKey().text(limit.getValue()))
                                .collect(Collectors.joining(", ")));
    }
}
