package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.PatternType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice acl list}. */
@Command(
        name = "list",
        description = "List the rules, or those about somebody or something.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice acl list",
            "  sluice acl list --user alice",
            "  sluice acl list --topic orders            all that reach it, by '*' too",
            "  sluice acl list --topic shop- --prefix    only rules of this very prefix",
            "  sluice acl list --output json | jq '.[] | select(.effect==\"deny\")'"
        })
final class AclListCommand extends BrokerCommand {

    @Mixin
    private final AclWho who = new AclWho();

    @Mixin
    private final AclWhat what = new AclWhat();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    AclListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (!what.contradiction().isEmpty()) {
            throw usage(what.contradiction());
        }
        Set<AclBinding> found = new LinkedHashSet<>();
        try (Admin admin = openAdmin()) {
            for (AclBindingFilter filter : AclFilters.of(who, what, PatternType.MATCH)) {
                found.addAll(await(admin.describeAcls(filter).values()));
            }
        }
        if (output.isJson()) {
            console().json(AclRules.rules(found));
        } else if (found.isEmpty()) {
            console().line("no such rules; 'sluice acl add' makes one");
        } else {
            console().table(AclRules.table(found));
        }
        return 0;
    }
}
