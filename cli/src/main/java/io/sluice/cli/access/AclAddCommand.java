package io.sluice.cli.access;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice acl add}. */
@Command(
        name = "add",
        description = "Allow or deny somebody something.",
        sortOptions = false,
        footerHeading = "%nOperations: " + AclOperations.NAMES + ".%nExamples:%n",
        footer = {
            "  sluice acl add --user alice --allow read,describe --topic orders",
            "  sluice acl add --user alice --allow read --group billing",
            "  sluice acl add --user shop --allow write,create --topic shop- --prefix",
            "  sluice acl add --user ci --allow create,describe --cluster --host 10.1.2.3",
            "  sluice acl add --everyone --deny all --topic secrets",
            "",
            "To consume: read on the topic and on the group. To produce: write on the topic."
        })
final class AclAddCommand extends BrokerCommand {

    @Mixin
    private final AclWho who = new AclWho();

    @Mixin
    private final AclEffects effects = new AclEffects();

    @Mixin
    private final AclWhat what = new AclWhat();

    @Option(
            names = "--host",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "ADDRESS,…",
            description = "Only from this address. Repeatable. Default: anywhere.")
    private List<String> hosts = new ArrayList<>();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    AclAddCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        check();
        List<AclBinding> bindings = bindings();
        try (Admin admin = openAdmin()) {
            await(admin.createAcls(bindings).all());
        }
        if (output.isJson()) {
            console().json(AclRules.rules(bindings));
        } else {
            console().line("added " + Printable.count(bindings.size(), "rule"));
            console().table(AclRules.table(bindings));
        }
        return 0;
    }

    private void check() {
        if (who.principals().isEmpty()) {
            throw usage("say whom it is about with --user NAME or --everyone");
        }
        if (effects.all().isEmpty()) {
            throw usage("say what they may do with --allow OPERATIONS, or must not with --deny OPERATIONS");
        }
        if (what.named().isEmpty()) {
            throw usage("say on what with --topic, --group, --transactional-id or --cluster; --topic '*' means all");
        }
        if (!what.contradiction().isEmpty()) {
            throw usage(what.contradiction());
        }
    }

    private List<AclBinding> bindings() {
        List<AclBinding> bindings = new ArrayList<>();
        PatternType pattern = what.isPrefix() ? PatternType.PREFIXED : PatternType.LITERAL;
        for (String principal : who.principals()) {
            for (AclWhat.Named resource : what.named()) {
                ResourcePattern on = new ResourcePattern(resource.type(), resource.name(), pattern);
                effects.all().forEach(effect -> bindings.addAll(bindings(on, principal, effect)));
            }
        }
        return bindings.stream().distinct().toList();
    }

    private List<AclBinding> bindings(ResourcePattern on, String principal, AclEffects.Effect effect) {
        return (hosts.isEmpty() ? List.of("*") : hosts)
                .stream()
                        .map(host -> new AccessControlEntry(principal, host, effect.operation(), effect.permission()))
                        .map(entry -> new AclBinding(on, entry))
                        .toList();
    }
}
