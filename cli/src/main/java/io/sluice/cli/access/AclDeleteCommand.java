package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.PatternType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice acl delete}. */
@Command(
        name = "delete",
        description = "Delete the rules about somebody, about something, or both, and print them.",
        sortOptions = false,
        footerHeading = "%nOperations: " + AclOperations.NAMES + ".%nExamples:%n",
        footer = {
            "  sluice acl delete --user alice --dry-run          see which",
            "  sluice acl delete --user alice                    all that is about alice",
            "  sluice acl delete --user alice --topic orders --allow write",
            "  sluice acl delete --topic shop- --prefix          rules of this very prefix",
            "  sluice acl delete --all"
        })
final class AclDeleteCommand extends BrokerCommand {

    private record Deleted(boolean dryRun, List<AclRules.Rule> rules) {}

    @Mixin
    private final AclWho who = new AclWho();

    @Mixin
    private final AclEffects effects = new AclEffects();

    @Mixin
    private final AclWhat what = new AclWhat();

    @Option(names = "--all", description = "Every rule there is.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only print them.")
    private boolean dryRun;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    AclDeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        boolean isNarrowed = !who.principals().isEmpty() || !what.named().isEmpty();
        if (isNarrowed == all) {
            throw usage(
                    all
                            ? "--all and a narrower choice exclude each other"
                            : "say which rules with --user, --topic, --group, …; --all deletes every rule there is");
        }
        if (!what.contradiction().isEmpty()) {
            throw usage(what.contradiction());
        }
        Set<AclBinding> found = new LinkedHashSet<>();
        try (Admin admin = openAdmin()) {
            List<AclBindingFilter> filters = filters();
            if (dryRun) {
                filters.forEach(
                        filter -> found.addAll(await(admin.describeAcls(filter).values())));
            } else {
                found.addAll(await(admin.deleteAcls(filters).all()));
            }
        }
        print(found);
        return 0;
    }

    private List<AclBindingFilter> filters() {
        List<AclBindingFilter> broad = AclFilters.of(who, what, PatternType.LITERAL);
        if (effects.all().isEmpty()) {
            return broad;
        }
        return broad.stream()
                .flatMap(filter -> effects.all().stream().map(effect -> narrowed(filter, effect)))
                .toList();
    }

    private static AclBindingFilter narrowed(AclBindingFilter filter, AclEffects.Effect effect) {
        return new AclBindingFilter(
                filter.patternFilter(),
                new AccessControlEntryFilter(
                        filter.entryFilter().principal(), null, effect.operation(), effect.permission()));
    }

    private void print(Set<AclBinding> found) {
        if (output.isJson()) {
            console().json(new Deleted(dryRun, AclRules.rules(found)));
        } else if (found.isEmpty()) {
            console().line("no such rules; 'sluice acl list' shows what there is");
        } else {
            console().table(AclRules.table(found));
            console().line((dryRun ? "would delete " : "deleted ") + Printable.count(found.size(), "rule"));
        }
    }
}
