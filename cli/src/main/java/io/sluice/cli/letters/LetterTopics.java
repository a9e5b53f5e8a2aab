package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.KnownTopics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** Topics that keep dead letters, as far as their names say so. */
final class LetterTopics {
    private static final String SUFFIX = ".dead";
    private static final String PREFIX = "dlq.";

    private LetterTopics() {}

    /** All that are called so. */
    static List<String> all(Admin admin) {
        return new TreeSet<>(BrokerCommand.await(admin.listTopics().names()))
                .stream().filter(LetterTopics::isCalledSo).toList();
    }

    private static boolean isCalledSo(String name) {
        return name.endsWith(SUFFIX) || name.startsWith(PREFIX);
    }

    /** The topic with the letters of the one that is named, or that one. */
    static TopicDescription find(Admin admin, String name) {
        Set<String> names = BrokerCommand.await(admin.listTopics().names());
        if (names.contains(name + SUFFIX)) {
            return KnownTopics.describe(admin, name + SUFFIX);
        }
        if (names.contains(name) && !isCalledSo(name)) {
            throw new CommandException("topic " + name + " has no dead letters: there is no topic " + name + SUFFIX
                    + "; if they go elsewhere, name that topic");
        }
        return KnownTopics.describe(admin, name);
    }
}
