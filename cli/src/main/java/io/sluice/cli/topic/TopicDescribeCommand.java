package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.command.TopicOffsets;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic describe}. */
@Command(
        name = "describe",
        description = "Show a topic's partitions, their offsets, and its settings.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic describe orders",
            "  sluice topic describe orders --all-configs",
            "  sluice topic describe orders --output json | jq '.[0].partitions[].endOffset'"
        })
final class TopicDescribeCommand extends BrokerCommand {

    private record Partition(
            int partition,
            int leader,
            List<Integer> replicas,
            List<Integer> inSyncReplicas,
            long startOffset,
            long endOffset) {}

    private record Topic(String name, String topicId, List<Partition> partitions, Map<String, String> configs) {}

    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    private List<String> names = List.of();

    @Option(names = "--all-configs", description = "Also the settings that have their default value.")
    private boolean withDefaults;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicDescribeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            List<Topic> topics =
                    names.stream().distinct().map(name -> topic(admin, name)).toList();
            if (output.isJson()) {
                console().json(topics);
            } else {
                topics.forEach(this::print);
            }
        }
        return 0;
    }

    private Topic topic(Admin admin, String name) {
        TopicDescription topic = KnownTopics.describe(admin, name);
        TopicOffsets offsets = TopicOffsets.of(admin, KnownTopics.partitions(topic));
        List<Partition> partitions = topic.partitions().stream()
                .map(partition -> partition(partition, new TopicPartition(name, partition.partition()), offsets))
                .toList();
        return new Topic(name, topic.topicId().toString(), partitions, configs(admin, name));
    }

    private static Partition partition(TopicPartitionInfo info, TopicPartition partition, TopicOffsets offsets) {
        return new Partition(
                info.partition(),
                info.leader() == null ? -1 : info.leader().id(),
                info.replicas().stream().map(Node::id).toList(),
                info.isr().stream().map(Node::id).toList(),
                offsets.start(partition),
                offsets.end(partition));
    }

    private Map<String, String> configs(Admin admin, String name) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        return await(admin.describeConfigs(List.of(resource)).all()).values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> withDefaults || entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .collect(Collectors.toMap(
                        ConfigEntry::name, TopicDescribeCommand::value, (first, same) -> first, TreeMap::new));
    }

    private static String value(ConfigEntry entry) {
        return entry.value() == null ? "" : entry.value();
    }

    private void print(Topic topic) {
        long records = topic.partitions().stream()
                .mapToLong(partition -> partition.endOffset() - partition.startOffset())
                .sum();
        console()
                .line(topic.name() + ": " + Printable.count(topic.partitions().size(), "partition") + ", "
                        + Printable.count(records, "record") + ", id " + topic.topicId());
        topic.configs().forEach((name, value) -> console().line("  " + name + "=" + value));
        Table table = new Table()
                .number("PARTITION")
                .number("LEADER")
                .text("REPLICAS")
                .text("IN SYNC")
                .number("START")
                .number("END")
                .number("RECORDS");
        topic.partitions()
                .forEach(partition -> table.row(
                        partition.partition(),
                        partition.leader() < 0 ? "none" : partition.leader(),
                        ids(partition.replicas()),
                        ids(partition.inSyncReplicas()),
                        partition.startOffset(),
                        partition.endOffset(),
                        Printable.number(partition.endOffset() - partition.startOffset())));
        console().table(table);
    }

    private static String ids(List<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
