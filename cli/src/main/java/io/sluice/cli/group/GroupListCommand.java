package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice group list}. */
@Command(
        name = "list",
        description = "List the consumer groups.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice group list",
            "  sluice group list --state empty,dead",
            "  sluice group list --type consumer --state stable",
            "  sluice group list --kind share                          with what they have open",
            "  sluice group list --output json | jq -r '.[] | select(.state==\"stable\").name'"
        })
final class GroupListCommand extends BrokerCommand {

    private record Group(String name, String state, String type, String protocol) {}

    @Option(
            names = {"-s", "--state"},
            split = ",",
            hideParamSyntax = true,
            paramLabel = "STATE,…",
            description = "Only groups in this state: stable, empty, dead, preparingrebalance, completingrebalance,"
                    + " assigning, reconciling. Repeatable.")
    private List<String> states = new ArrayList<>();

    @Option(
            names = "--type",
            split = ",",
            hideParamSyntax = true,
            paramLabel = "TYPE,…",
            description = "Only groups of this type: classic, consumer (KIP-848), share, streams. Repeatable.")
    private List<String> types = new ArrayList<>();

    @Mixin
    private final DeliveryKindOption kind = new DeliveryKindOption();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (kind.isGiven()) {
            listDeliveries();
            return 0;
        }
        Predicate<Group> wanted = wanted();
        List<Group> groups = groups().stream().filter(wanted).toList();
        if (output.isJson()) {
            console().json(groups);
        } else if (groups.isEmpty()) {
            console()
                    .line(
                            states.isEmpty() && types.isEmpty()
                                    ? "no groups yet; 'sluice consume TOPIC --group NAME' makes one"
                                    : "no such groups; 'sluice group list' shows all");
        } else {
            Table table = new Table().text("GROUP").text("STATE").text("TYPE").text("PROTOCOL");
            groups.forEach(group -> table.row(group.name(), group.state(), group.type(), group.protocol()));
            console().table(table);
        }
        return 0;
    }

    private void listDeliveries() {
        if (kind.isOfRedis()) {
            listStreams();
            return;
        }
        List<DeliveryTables.Group> groups = DeliveryTables.groups(kind.list(console(), Optional.empty()));
        if (output.isJson()) {
            console().json(groups);
        } else if (groups.isEmpty()) {
            console().line("no groups of this kind yet");
        } else {
            DeliveryTables.printList(console(), groups);
        }
    }

    private void listStreams() {
        List<StreamGroupTables.Group> groups = StreamGroupTables.groups(kind.list(console(), Optional.empty()));
        if (output.isJson()) {
            console().json(groups);
        } else if (groups.isEmpty()) {
            console().line("no groups of this kind yet");
        } else {
            StreamGroupTables.print(console(), groups);
        }
    }

    private Predicate<Group> wanted() {
        List<String> states = known("--state", this.states, GroupState.values());
        List<String> types = known("--type", this.types, GroupType.values());
        return group -> (states.isEmpty() || states.contains(group.state()))
                && (types.isEmpty() || types.contains(group.type()));
    }

    private List<String> known(String option, List<String> asked, Object[] values) {
        List<String> names = Stream.of(values)
                .map(value -> value.toString().toLowerCase(Locale.ROOT))
                .toList();
        List<String> wanted = asked.stream()
                .map(name ->
                        name.strip().toLowerCase(Locale.ROOT).replace("-", "").replace("_", ""))
                .toList();
        wanted.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw usage(option + " must be one of " + String.join(", ", names) + ", not " + name);
        });
        return wanted;
    }

    private List<Group> groups() {
        try (Admin admin = openAdmin()) {
            return await(admin.listGroups().all()).stream()
                    .map(GroupListCommand::group)
                    .sorted(Comparator.comparing(Group::name))
                    .toList();
        }
    }

    private static Group group(GroupListing listing) {
        return new Group(
                listing.groupId(),
                listing.groupState().map(Object::toString).orElse("unknown").toLowerCase(Locale.ROOT),
                listing.type().map(Object::toString).orElse("unknown").toLowerCase(Locale.ROOT),
                listing.protocol());
    }
}
