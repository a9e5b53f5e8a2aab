package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice group delete}. */
@Command(
        name = "delete",
        description = {
            "Delete groups with their positions, or only their positions in a topic.",
            "A group must have no members; to delete positions, none that reads the topic."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice group delete billing",
            "  sluice group delete billing tour --if-exists",
            "  sluice group delete billing --topic old     forgets only its positions there"
        })
final class GroupDeleteCommand extends BrokerCommand {

    private record Deleted(String name, boolean deleted, int positions) {}

    @Parameters(arity = "1..*", paramLabel = "GROUP", description = "Names of the groups.")
    private List<String> names = List.of();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Delete only the positions in this topic. Repeatable.")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--if-exists", description = "A group that is not there is fine.")
    private boolean missingIsFine;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupDeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            List<Deleted> deleted = new ArrayList<>();
            for (String name : names.stream().distinct().toList()) {
                deleted.add(deleted(admin, name));
            }
            if (output.isJson()) {
                console().json(deleted);
            }
        }
        return 0;
    }

    private Deleted deleted(Admin admin, String name) {
        try {
            return topics.isEmpty() ? wholeGroup(admin, name) : positions(admin, name);
        } catch (GroupIdNotFoundException unknown) {
            if (!missingIsFine) {
                throw new CommandException(
                        "no group " + name + "; 'sluice group list' shows what there is, --if-exists makes that fine",
                        unknown);
            }
            say(name + " does not exist");
            return new Deleted(name, false, 0);
        } catch (GroupNotEmptyException busy) {
            throw new CommandException(
                    "group " + name + " has active members; stop them first ('sluice group describe " + name
                            + "' shows them)",
                    busy);
        } catch (GroupSubscribedToTopicException busy) {
            throw new CommandException(
                    "group " + name + " has members that read " + String.join(", ", topics)
                            + "; stop them first ('sluice group describe " + name + "' shows them)",
                    busy);
        }
    }

    private Deleted wholeGroup(Admin admin, String name) {
        int positions = KnownGroup.positions(admin, name).size();
        await(admin.deleteConsumerGroups(List.of(name)).all());
        say("deleted " + name + " with " + Printable.count(positions, "position"));
        return new Deleted(name, true, positions);
    }

    private Deleted positions(Admin admin, String name) {
        Map<TopicPartition, Long> known = KnownGroup.positions(admin, name);
        Set<TopicPartition> concerned = new HashSet<>(known.keySet());
        concerned.removeIf(partition -> !topics.contains(partition.topic()));
        if (concerned.isEmpty()) {
            if (known.isEmpty() && KnownGroup.find(admin, name).isEmpty()) {
                throw new GroupIdNotFoundException(name);
            }
            say(name + " has no positions in " + String.join(", ", topics));
            return new Deleted(name, false, 0);
        }
        await(admin.deleteConsumerGroupOffsets(name, concerned).all());
        say("deleted " + Printable.count(concerned.size(), "position") + " of " + name + " in "
                + String.join(", ", topics));
        return new Deleted(name, true, concerned.size());
    }

    private void say(String text) {
        if (!output.isJson()) {
            console().line(text);
        }
    }
}
