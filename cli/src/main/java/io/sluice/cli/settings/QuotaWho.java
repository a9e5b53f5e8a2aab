package io.sluice.cli.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a quota limits, as options. */
final class QuotaWho {

    private enum Kind {
        user(ClientQuotaEntity.USER),
        client(ClientQuotaEntity.CLIENT_ID),
        ip(ClientQuotaEntity.IP);

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }
    }

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            description = "This user.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = {"-c", "--client"},
            paramLabel = "CLIENT",
            description = "Clients with this client.id; with --user those of this user.")
    private Optional<String> client = Optional.empty();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "Connections from this address.")
    private Optional<String> ip = Optional.empty();

    @Option(
            names = "--default",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "KIND,…",
            description = "Each ${COMPLETION-CANDIDATES} that has no limit of its own. Repeatable.")
    private List<Kind> defaults = new ArrayList<>();

    /** The names by kind, null for a default; empty when nobody was named. */
    Map<String, @Nullable String> entries() {
        Map<String, @Nullable String> entries = new LinkedHashMap<>();
        defaults.forEach(kind -> entries.put(kind.wire, null));
        user.ifPresent(name -> entries.put(ClientQuotaEntity.USER, name));
        client.ifPresent(name -> entries.put(ClientQuotaEntity.CLIENT_ID, name));
        ip.ifPresent(name -> entries.put(ClientQuotaEntity.IP, name));
        return entries;
    }

    /** Why the choice does not fit together; empty when it does. */
    String contradiction() {
        boolean isTwice = defaults.contains(Kind.user) && user.isPresent()
                || defaults.contains(Kind.client) && client.isPresent()
                || defaults.contains(Kind.ip) && ip.isPresent();
        if (isTwice) {
            return "a name and --default of the same kind exclude each other";
        }
        Map<String, @Nullable String> entries = entries();
        return entries.containsKey(ClientQuotaEntity.IP) && entries.size() > 1
                ? "an address cannot be combined with users and clients"
                : "";
    }

    ClientQuotaEntity entity() {
        return new ClientQuotaEntity(entries());
    }

    /** All quotas that name these, possibly with more; all there are when nobody was named. */
    ClientQuotaFilter filter() {
        return ClientQuotaFilter.contains(components());
    }

    /** Exactly the quota of these. */
    ClientQuotaFilter exactFilter() {
        return ClientQuotaFilter.containsOnly(components());
    }

    private List<ClientQuotaFilterComponent> components() {
        List<ClientQuotaFilterComponent> components = new ArrayList<>();
        entries()
                .forEach((kind, name) -> components.add(
                        name == null
                                ? ClientQuotaFilterComponent.ofDefaultEntity(kind)
                                : ClientQuotaFilterComponent.ofEntity(kind, name)));
        return components;
    }

    /** {@code user alice, client importer}, {@code every user}. */
    static String text(ClientQuotaEntity entity) {
        List<String> parts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (entity.entries().containsKey(kind.wire)) {
                String name = entity.entries().get(kind.wire);
                parts.add(name == null ? "every " + kind : kind + " " + name);
            }
        }
        return String.join(", ", parts);
    }
}
