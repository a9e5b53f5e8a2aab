package io.sluice.cli;

import io.sluice.cli.text.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice group list}. */
@Command(
        name = "list",
        description = "List the consumer groups.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice group list",
            "  sluice group list --output json | jq -r '.[] | select(.state==\"stable\").name'"
        })
final class GroupListCommand extends BrokerCommand {

    private record Group(String name, String state, String type, String protocol) {}

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<Group> groups = groups();
        if (output.isJson()) {
            console().json(groups);
        } else if (groups.isEmpty()) {
            console().line("no groups yet; 'sluice consume TOPIC --group NAME' makes one");
        } else {
            Table table = new Table().text("GROUP").text("STATE").text("TYPE").text("PROTOCOL");
            groups.forEach(group -> table.row(group.name(), group.state(), group.type(), group.protocol()));
            console().table(table);
        }
        return 0;
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
