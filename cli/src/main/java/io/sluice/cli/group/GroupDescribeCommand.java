package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.command.TopicOffsets;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
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
            "  watch -n 1 sluice group describe billing",
            "  sluice group describe workers --kind share    what it has open, in each partition",
            "",
            "Options of delivery groups are settings:",
            "  sluice config set --group workers sluice.delivery.backoff.ms=500"
        })
final class GroupDescribeCommand extends BrokerCommand {

    private record Partition(
            String topic,
            int partition,
            @Nullable Long position,
            @Nullable Long endOffset,
            @Nullable Long lag,
            @Nullable String memberId) {}

    private record Assignment(String topic, List<Integer> partitions) {}

    private record Member(
            String memberId,
            @Nullable String instanceId,
            String clientId,
            String host,
            @Nullable Integer epoch,
            int partitions,
            List<Assignment> assignment,
            @Nullable List<Assignment> target) {}

    private record Group(
            String name,
            String state,
            String type,
            String assignor,
            @Nullable Integer epoch,
            int coordinator,
            long lag,
            List<Partition> partitions,
            List<Member> members) {}

    @Parameters(arity = "1..*", paramLabel = "GROUP", description = "Names of the groups.")
    private List<String> names = List.of();

    @Mixin
    private final DeliveryKindOption kind = new DeliveryKindOption();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    GroupDescribeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (kind.isGiven()) {
            describeDeliveries();
            return 0;
        }
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

    private void describeDeliveries() {
        if (kind.isOfRedis()) {
            describeStreams();
            return;
        }
        List<DeliveryTables.Group> groups = names.stream()
                .distinct()
                .flatMap(name -> DeliveryTables.groups(kind.describe(console(), name)).stream())
                .toList();
        if (output.isJson()) {
            console().json(groups);
        } else {
            groups.forEach(group -> DeliveryTables.print(console(), group));
        }
    }

    private void describeStreams() {
        List<StreamGroupTables.Group> groups = names.stream()
                .distinct()
                .flatMap(name -> StreamGroupTables.groups(kind.describe(console(), name)).stream())
                .toList();
        if (output.isJson()) {
            console().json(groups);
        } else {
            StreamGroupTables.print(console(), groups);
        }
    }

    private static Group group(Admin admin, String name) {
        ConsumerGroupDescription group = KnownGroup.describe(admin, name);
        Map<TopicPartition, Long> committed = KnownGroup.positions(admin, name);
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
                group.groupEpoch().orElse(null),
                group.coordinator() == null ? -1 : group.coordinator().id(),
                partitions.stream()
                        .map(Partition::lag)
                        .mapToLong(lag -> lag == null ? 0 : lag)
                        .sum(),
                partitions,
                group.members().stream().map(GroupDescribeCommand::member).toList());
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
            TopicPartition partition, @Nullable Long position, @Nullable Long end, @Nullable String owner) {
        Long lag = position == null || end == null ? null : Math.max(0, end - position);
        return new Partition(partition.topic(), partition.partition(), position, end, lag, owner);
    }

    private static Member member(MemberDescription member) {
        List<Assignment> assignment = assignment(member.assignment());
        List<Assignment> target = member.targetAssignment()
                .map(GroupDescribeCommand::assignment)
                .filter(wanted -> !wanted.equals(assignment))
                .orElse(null);
        return new Member(
                member.consumerId(),
                member.groupInstanceId().orElse(null),
                member.clientId(),
                member.host(),
                member.memberEpoch().orElse(null),
                member.assignment().topicPartitions().size(),
                assignment,
                target);
    }

    private static List<Assignment> assignment(MemberAssignment assignment) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        assignment.topicPartitions().stream()
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .forEach(partition -> byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                        .add(partition.partition()));
        return byTopic.entrySet().stream()
                .map(topic -> new Assignment(topic.getKey(), topic.getValue()))
                .toList();
    }

    /** {@code orders[0-3,7] payments[1]}. */
    private static String text(List<Assignment> assignment) {
        return assignment.isEmpty()
                ? "-"
                : assignment.stream()
                        .map(topic -> topic.topic() + "[" + ranges(topic.partitions()) + "]")
                        .collect(Collectors.joining(" "));
    }

    private static String ranges(List<Integer> ascending) {
        List<String> ranges = new ArrayList<>();
        int first = 0;
        for (int index = 1; index <= ascending.size(); index++) {
            boolean goesOn = index < ascending.size() && ascending.get(index) == ascending.get(index - 1) + 1;
            if (!goesOn) {
                int last = ascending.get(index - 1);
                ranges.add(ascending.get(first) == last ? "" + last : ascending.get(first) + "-" + last);
                first = index;
            }
        }
        return String.join(",", ranges);
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
        if (!group.type().equals("classic")) {
            facts.add("type " + group.type());
        }
        if (!group.assignor().isEmpty()) {
            facts.add("assignor " + group.assignor());
        }
        console().line(group.name() + ": " + String.join(", ", facts));
        if (!group.partitions().isEmpty()) {
            console().table(partitions(group));
        }
        if (!group.members().isEmpty()) {
            console().line("");
            console().table(members(group));
        }
    }

    private static Table members(Group group) {
        boolean hasInstances = group.members().stream().anyMatch(member -> member.instanceId() != null);
        boolean hasEpochs = group.members().stream().anyMatch(member -> member.epoch() != null);
        boolean isMoving = group.members().stream().anyMatch(member -> member.target() != null);
        Table table = new Table().text("MEMBER").text("CLIENT").text("HOST");
        table = hasInstances ? table.text("INSTANCE") : table;
        table = hasEpochs ? table.number("EPOCH") : table;
        table = table.text("ASSIGNED");
        table = isMoving ? table.text("GOING TO") : table;
        for (Member member : group.members()) {
            List<Object> row = new ArrayList<>(List.of(member.memberId(), member.clientId(), member.host()));
            if (hasInstances) {
                row.add(orDash(member.instanceId()));
            }
            if (hasEpochs) {
                row.add(orDash(member.epoch()));
            }
            row.add(text(member.assignment()));
            if (isMoving) {
                row.add(member.target() == null ? "-" : text(member.target()));
            }
            table.row(row.toArray());
        }
        return table;
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
