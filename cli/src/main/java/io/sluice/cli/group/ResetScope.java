package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.KnownTopics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions a reset concerns.
 *
 * @param admin who knows the topics
 * @param positions what the group committed
 */
record ResetScope(Admin admin, Map<TopicPartition, Long> positions) {

    private static final Pattern NUMBERS = Pattern.compile("\\d{1,9}(,\\d{1,9})*");

    /**
     * The partitions that the target names itself, or those of {@code specs} ({@code TOPIC} or {@code TOPIC:0,1}), or
     * all of the topics in which the group has positions and that are still there.
     *
     * @throws CommandException when a topic or partition is not there
     */
    Collection<TopicPartition> of(ResetTarget target, List<String> specs) {
        if (target instanceof ResetTarget.Positions(Map<TopicPartition, Long> asked)) {
            return existing(asked.keySet());
        }
        if (!specs.isEmpty()) {
            Set<TopicPartition> named = new LinkedHashSet<>();
            specs.forEach(spec -> named.addAll(partitions(spec)));
            return named;
        }
        Set<String> topics = new TreeSet<>();
        positions.keySet().forEach(partition -> topics.add(partition.topic()));
        topics.retainAll(BrokerCommand.await(admin.listTopics().names()));
        return topics.stream()
                .flatMap(topic -> KnownTopics.partitions(KnownTopics.describe(admin, topic)).stream())
                .toList();
    }

    private List<TopicPartition> partitions(String spec) {
        int colon = spec.indexOf(':');
        if (colon < 0) {
            return KnownTopics.partitions(KnownTopics.describe(admin, spec));
        }
        String numbers = spec.substring(colon + 1);
        if (!NUMBERS.matcher(numbers).matches()) {
            throw new CommandException("--topic " + spec + " names no partitions; write TOPIC or TOPIC:0,2");
        }
        return KnownTopics.partitions(
                KnownTopics.describe(admin, spec.substring(0, colon)),
                Stream.of(numbers.split(",", -1)).map(Integer::valueOf).toList());
    }

    private Collection<TopicPartition> existing(Set<TopicPartition> asked) {
        List<TopicPartition> found = new ArrayList<>();
        Set<String> topics = new TreeSet<>();
        asked.forEach(partition -> topics.add(partition.topic()));
        for (String topic : topics) {
            found.addAll(KnownTopics.partitions(
                    KnownTopics.describe(admin, topic),
                    asked.stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .map(TopicPartition::partition)
                            .toList()));
        }
        return found;
    }
}
