package io.sluice.cli;

import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice group describe}. */
@Command(
        name = "describe",
        description = "Show how far a group has come in each partition, how far behind it is, and who its members are.",
        sortOptions = false,
        footerHeading = "%nPOSITION is the offset the group committed, LAG the records after it.%n%nExamples:%n",
        footer = {
            "  sluice group describe billing",
            "  sluice group describe billing --output json | jq '.[0].lag'",
            "  watch -n 1 sluice group describe billing"
        })
final class GroupDescribeCommand extends BrokerCommand {

    private record Partition(
            String topic,
            int partition,
            @Nullable Long position,
            @Nullable Long endOffset,
            @Nullable Long lag,
            @Nullable String memberId) {}

    private record Member(String memberId, String clientId, String host, int partitions) {}

    private record Group(
            String name,
            String state,
            String type,
            String assignor,
            long lag,
            List<Partition> partitions,
            List<Member> members) {}

    @Parameters(arity = "1..*", paramLabel = "GROUP", description = "Names of the groups.")
    private List<String> names = List.of();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupDescribeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            List<Group> groups =
                    names.stream().distinct().map(name -> group(admin, name)).toList();
            if (output.isJson()) {
                console().json(groups);
            } else {
                groups.forEach(this::print);
            }
        }
        return 0;
    }

    private static Group group(Admin admin, String name) {
        ConsumerGroupDescription group = description(admin, name);
        Map<TopicPartition, OffsetAndMetadata> committed =
                new HashMap<>(await(admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata()));
        committed.values().removeIf(Objects::isNull);
        Map<TopicPartition, String> owners = owners(group.members());
        Set<TopicPartition> concerned = new HashSet<>(committed.keySet());
        concerned.addAll(owners.keySet());
        Map<TopicPartition, Long> ends = ends(admin, concerned);
        concerned.addAll(ends.keySet());
        List<Partition> partitions = concerned.stream()
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
                .map(partition ->
                        partition(partition, committed.get(partition), ends.get(partition), owners.get(partition)))
                .toList();
        return new Group(
                name,
                group.groupState().toString().toLowerCase(Locale.ROOT),
                group.type().toString().toLowerCase(Locale.ROOT),
                group.partitionAssignor(),
                partitions.stream()
                        .map(Partition::lag)
                        .mapToLong(lag -> lag == null ? 0 : lag)
                        .sum(),
                partitions,
                group.members().stream().map(GroupDescribeCommand::member).toList());
    }

    private static ConsumerGroupDescription description(Admin admin, String name) {
        try {
            return await(admin.describeConsumerGroups(List.of(name)).all())
                    .values()
                    .iterator()
                    .next();
        } catch (GroupIdNotFoundException unknown) {
            throw new CommandException("no group " + name + "; 'sluice group list' shows what there is", unknown);
        }
    }

    /**
     * The ends of all partitions of the topics concerned, also of those partitions the group never read; without the
     * topics that are gone, which a group outlives.
     */
    private static Map<TopicPartition, Long> ends(Admin admin, Set<TopicPartition> concerned) {
        Set<String> topics =
                concerned.stream().map(TopicPartition::topic).collect(Collectors.toCollection(HashSet::new));
        topics.retainAll(await(admin.listTopics().names()));
        return TopicOffsets.ends(
                admin,
                await(admin.describeTopics(topics).allTopicNames()).values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .toList());
    }

    private static Map<TopicPartition, String> owners(Collection<MemberDescription> members) {
        Map<TopicPartition, String> owners = new HashMap<>();
        for (MemberDescription member : members) {
            member.assignment().topicPartitions().forEach(partition -> owners.put(partition, member.consumerId()));
        }
        return owners;
    }

    private static Partition partition(
            TopicPartition partition,
            @Nullable OffsetAndMetadata committed,
            @Nullable Long end,
            @Nullable String owner) {
        Long position = committed == null ? null : committed.offset();
        Long lag = position == null || end == null ? null : Math.max(0, end - position);
        return new Partition(partition.topic(), partition.partition(), position, end, lag, owner);
    }

    private static Member member(MemberDescription member) {
        return new Member(
                member.consumerId(),
                member.clientId(),
                member.host(),
                member.assignment().topicPartitions().size());
    }

    private void print(Group group) {
        long unread = group.partitions().stream()
                .filter(partition -> partition.position() == null)
                .count();
        List<String> facts = new ArrayList<>(List.of(
                group.state(),
                Printable.count(group.members().size(), "member"),
                "lag " + Printable.number(group.lag())
                        + (unread == 0 ? "" : " and " + Printable.count(unread, "partition") + " never read")));
        if (!group.assignor().isEmpty()) {
            facts.add("assignor " + group.assignor());
        }
        console().line(group.name() + ": " + String.join(", ", facts));
        if (!group.partitions().isEmpty()) {
            console().table(partitions(group));
        }
        if (!group.members().isEmpty()) {
            console().line("");
            Table table = new Table().text("MEMBER").text("CLIENT").text("HOST").number("PARTITIONS");
            group.members()
                    .forEach(member ->
                            table.row(member.memberId(), member.clientId(), member.host(), member.partitions()));
            console().table(table);
        }
    }

    private static Table partitions(Group group) {
        Table table = new Table()
                .text("TOPIC")
                .number("PARTITION")
                .number("POSITION")
                .number("END")
                .number("LAG")
                .text("MEMBER");
        group.partitions()
                .forEach(partition -> table.row(
                        partition.topic(),
                        partition.partition(),
                        orDash(partition.position()),
                        orDash(partition.endOffset()),
                        orDash(partition.lag()),
                        orDash(partition.memberId())));
        return table;
    }

    private static Object orDash(@Nullable Object cell) {
        return cell == null ? "-" : cell;
    }
}
