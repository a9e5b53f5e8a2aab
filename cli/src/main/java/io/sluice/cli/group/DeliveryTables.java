package io.sluice.cli.group;

import io.sluice.cli.command.BrokerControl.Row;
import io.sluice.cli.command.Console;
import io.sluice.cli.text.DurationText;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Delivery groups as people and scripts see them. */
final class DeliveryTables {

    /**
     * A group in all its partitions.
     *
     * @param name its name
     * @param kind its kind
     * @param lag records that are not settled
     * @param pending records that members hold
     * @param waiting records that came back, or wait for their time
     * @param deadLettering records on their way into a dead-letter topic
     * @param oldestMs how long ago the one that is held longest was handed out, null if none is held
     * @param redeliveries deliveries beyond the first, since the broker started
     * @param deadLetters records given up, since then
     * @param partitions in each partition
     */
    record Group(
            String name,
            String kind,
            long lag,
            long pending,
            long waiting,
            long deadLettering,
            @Nullable Long oldestMs,
            long redeliveries,
            long deadLetters,
            List<Partition> partitions) {}

    /** In one partition; see {@link Group}. */
    record Partition(
            String topic,
            int partition,
            long position,
            long firstOpenOffset,
            long endOffset,
            long lag,
            long pending,
            long available,
            long delayed,
            long deadLettering,
            @Nullable Long oldestMs,
            long redeliveries,
            long deadLetters,
            Options options) {}

    /** What applies there: {@code lockMs} 0 for ever, {@code attemptsMax} and {@code pendingMax} 0 for no limit. */
    record Options(
            long lockMs,
            long attemptsMax,
            String ordering,
            long pendingMax,
            @Nullable String deadLetterTopic) {}

    private DeliveryTables() {}

    /** The groups that the rows are of, in their order. */
    static List<Group> groups(List<Row> rows) {
        Map<String, List<Row>> byName = new LinkedHashMap<>();
        rows.forEach(row -> byName.computeIfAbsent(row.text("kind") + "/" + row.text("group"), key -> new ArrayList<>())
                .add(row));
        return byName.values().stream().map(DeliveryTables::group).toList();
    }

    private static Group group(List<Row> rows) {
        List<Partition> partitions =
                rows.stream().map(DeliveryTables::partition).toList();
        long oldestMs = partitions.stream()
                .mapToLong(each -> each.oldestMs() == null ? -1 : each.oldestMs())
                .max()
                .orElse(-1);
        return new Group(
                rows.getFirst().text("group"),
                rows.getFirst().text("kind"),
                sum(partitions, Partition::lag),
                sum(partitions, Partition::pending),
                sum(partitions, Partition::available) + sum(partitions, Partition::delayed),
                sum(partitions, Partition::deadLettering),
                oldestMs < 0 ? null : oldestMs,
                sum(partitions, Partition::redeliveries),
                sum(partitions, Partition::deadLetters),
                partitions);
    }

    private static long sum(Collection<Partition> partitions, ToLongFunction<Partition> what) {
        return partitions.stream().mapToLong(what).sum();
    }

    private static Partition partition(Row row) {
        long oldestMs = row.number("oldestHeldMs");
        String deadLetters = row.text("deadLetterTopic");
        return new Partition(
                row.text("topic"),
                (int) row.number("partition"),
                row.number("position"),
                row.number("firstOpenOffset"),
                row.number("endOffset"),
                row.number("lag"),
                row.number("acquired"),
                row.number("available"),
                row.number("delayed"),
                row.number("deadLettering"),
                oldestMs < 0 ? null : oldestMs,
                row.number("redeliveries"),
                row.number("deadLetters"),
                new Options(
                        row.number("lockMs"),
                        row.number("attemptsMax"),
                        row.text("ordering"),
                        row.number("pendingMax"),
                        deadLetters.isEmpty() ? null : deadLetters));
    }

    /** One line a group. */
    static void printList(Console console, List<Group> groups) {
        Table table = new Table()
                .text("GROUP")
                .text("KIND")
                .number("PARTITIONS")
                .number("LAG")
                .number("PENDING")
                .number("OLDEST")
                .number("REDELIVERIES")
                .number("DEAD LETTERS");
        groups.forEach(group -> table.row(
                group.name(),
                group.kind(),
                group.partitions().size(),
                group.lag(),
                group.pending(),
                age(group.oldestMs()),
                group.redeliveries(),
                group.deadLetters()));
        console.table(table);
    }

    /** One line a partition, under what holds for the group. */
    static void print(Console console, Group group) {
        console.line(group.name() + ": " + group.kind() + " group, lag " + Printable.number(group.lag()) + ", "
                + Printable.number(group.pending()) + " pending"
                + (group.oldestMs() == null ? "" : ", the oldest for " + age(group.oldestMs())) + ", "
                + Printable.number(group.redeliveries()) + " redeliveries, "
                + Printable.count(group.deadLetters(), "dead letter"));
        Table table = new Table()
                .text("TOPIC")
                .number("PARTITION")
                .number("POSITION")
                .number("FIRST OPEN")
                .number("END")
                .number("LAG")
                .number("PENDING")
                .number("WAITING")
                .number("DELAYED")
                .number("DYING")
                .number("OLDEST")
                .text("OPTIONS");
        group.partitions()
                .forEach(each -> table.row(
                        each.topic(),
                        each.partition(),
                        each.position(),
                        each.firstOpenOffset(),
                        each.endOffset(),
                        each.lag(),
                        each.pending(),
                        each.available(),
                        each.delayed(),
                        each.deadLettering(),
                        age(each.oldestMs()),
                        text(each.options())));
        console.table(table);
    }

    static String age(@Nullable Long durationMs) {
        if (durationMs == null) {
            return "-";
        }
        long shownMs = durationMs < 1_000 ? durationMs : durationMs / 1_000 * 1_000;
        return DurationText.format(Duration.ofMillis(shownMs));
    }

    private static String text(Options options) {
        return "lock " + (options.lockMs() == 0 ? "none" : DurationText.format(Duration.ofMillis(options.lockMs())))
                + ", attempts " + (options.attemptsMax() == 0 ? "unlimited" : options.attemptsMax())
                + (options.ordering().equals("none") ? "" : ", ordered by " + options.ordering())
                + (options.deadLetterTopic() == null ? "" : ", dead letters to " + options.deadLetterTopic());
    }
}
