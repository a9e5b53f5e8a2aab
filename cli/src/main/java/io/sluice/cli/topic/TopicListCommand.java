package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.command.TopicOffsets;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice topic list}. */
@Command(
        name = "list",
        description = "List the topics with their partitions and how many records they hold.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic list",
            "  sluice topic list --output json | jq -r '.[].name'",
        })
final class TopicListCommand extends BrokerCommand {

    private record Topic(String name, int partitions, int replicationFactor, long records) {}

    @Option(names = "--internal", description = "Also topics that the broker keeps for itself.")
    private boolean withInternal;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        List<Topic> topics = topics();
        if (output.isJson()) {
            console().json(topics);
        } else if (topics.isEmpty()) {
            console().line("no topics yet; 'sluice topic create NAME' makes one");
        } else {
            Table table = new Table()
                    .text("TOPIC")
                    .number("PARTITIONS")
                    .number("REPLICATION")
                    .number("RECORDS");
            topics.forEach(topic -> table.row(
                    topic.name(), topic.partitions(), topic.replicationFactor(), Printable.number(topic.records())));
            console().table(table);
        }
        return 0;
    }

    private List<Topic> topics() {
        try (Admin admin = openAdmin()) {
            var names = await(admin.listTopics(new ListTopicsOptions().listInternal(withInternal))
                    .names());
            var descriptions =
                    await(admin.describeTopics(names).allTopicNames()).values();
            TopicOffsets offsets = TopicOffsets.of(
                    admin,
                    descriptions.stream().flatMap(TopicListCommand::partitions).toList());
            return descriptions.stream()
                    .map(topic -> topic(topic, offsets))
                    .sorted(Comparator.comparing(Topic::name))
                    .toList();
        }
    }

    private static Topic topic(TopicDescription topic, TopicOffsets offsets) {
        return new Topic(
                topic.name(),
                topic.partitions().size(),
                topic.partitions().isEmpty()
                        ? 0
                        : topic.partitions().getFirst().replicas().size(),
                partitions(topic).mapToLong(offsets::count).sum());
    }

    private static Stream<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream().map(partition -> new TopicPartition(topic.name(), partition.partition()));
    }
}
