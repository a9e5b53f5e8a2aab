package io.sluice.cli.command;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics as the broker describes them, with a sentence for one that is not there. */
public final class KnownTopics {

    private KnownTopics() {}

    /**
     * Describes one topic.
     *
     * @throws CommandException when it is not there
     */
    public static TopicDescription describe(Admin admin, String name) {
        try {
            Map<String, TopicDescription> found =
                    BrokerCommand.await(admin.describeTopics(List.of(name)).allTopicNames());
            return found.values().iterator().next();
        } catch (UnknownTopicOrPartitionException unknown) {
            throw new CommandException("no topic " + name + "; 'sluice topic list' shows what there is", unknown);
        }
    }

    /** The partitions of a topic, ascending. */
    public static List<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList();
    }

    /**
     * Those of {@code topic}'s partitions that {@code numbers} name, all for none.
     *
     * @throws CommandException when the topic lacks one of them
     */
    public static List<TopicPartition> partitions(TopicDescription topic, Collection<Integer> numbers) {
        int count = topic.partitions().size();
        numbers.stream()
                .filter(number -> number < 0 || number >= count)
                .findFirst()
                .ifPresent(number -> {
                    throw new CommandException(
                            topic.name() + " has no partition " + number + "; it has 0 to " + (count - 1));
                });
        return partitions(topic).stream()
                .filter(partition -> numbers.isEmpty() || numbers.contains(partition.partition()))
                .toList();
    }
}
