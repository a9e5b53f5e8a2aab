package io.sluice.cli.group;

import io.sluice.cli.command.BrokerControl.Row;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sluice group reset --kind}: the broker finds the offsets, and forgets what the group has open. */
final class DeliveryReset {

    /** Where a group goes on in one partition; what it had open is open no more. */
    record Move(String topic, int partition, long position, long newPosition, long endOffset) {}

    /** What was done. */
    record Done(String group, boolean executed, List<Move> partitions) {}

    private final Console console;
    private final DeliveryKindOption kind;

    DeliveryReset(Console console, DeliveryKindOption kind) {
        this.console = console;
        this.kind = kind;
    }

    /** Says how the broker writes it where to go on. */
    static String start(ResetTarget target) {
        return switch (target) {
            case ResetTarget.Earliest earliest -> "earliest";
            case ResetTarget.Latest latest -> "latest";
            case ResetTarget.Offset offset -> "offset:" + offset.offset();
            case ResetTarget.Time time -> "time:" + time.time().toEpochMilli();
            case ResetTarget.Shift shift ->
                throw new CommandException("--shift-by is for consumer groups; --to-offset N says where");
            case ResetTarget.Positions positions ->
                throw new CommandException(
                        "--from-file is for consumer groups; --topic TOPIC:N and --to-offset say where");
        };
    }

    /** Shows what would be moved, and why that is not done. */
    void plan(String group, String start, List<String> topics) {
        if (kind.isOfRedis()) {
            long streams = kind.describe(console, group).stream()
                    .filter(row -> topics.isEmpty() || topics.contains(row.text("key")))
                    .count();
            console.error("would let group " + group + " go on at " + start + " in "
                    + Printable.count(streams, "stream") + "; what is pending stays so; --execute does it");
            return;
        }
        List<Row> rows = kind.describe(console, group).stream()
                .filter(row -> topics.isEmpty() || topics.stream().anyMatch(topic -> isOf(row, topic)))
                .toList();
        long open = rows.stream()
                .mapToLong(row -> row.number("acquired") + row.number("available") + row.number("delayed"))
                .sum();
        console.error("would let group " + group + " go on at " + start + " in "
                + Printable.count(rows.size(), "partition") + " and forget "
                + Printable.count(open, "open record") + "; --execute does it");
    }

    private static boolean isOf(Row row, String topic) {
        return topic.equals(row.text("topic")) || topic.equals(row.text("topic") + ":" + row.text("partition"));
    }

    /** Does it in streams, whose keys are the topics. */
    StreamGroupTables.Done executeInStreams(String group, String start, List<String> keys) {
        List<Row> rows = new ArrayList<>();
        if (keys.isEmpty()) {
            rows.addAll(kind.reset(console, group, Map.of("to", start)));
        }
        for (String key : keys) {
            rows.addAll(kind.reset(console, group, Map.of("to", start, "topic", key)));
        }
        return StreamGroupTables.done(group, rows);
    }

    /** Does it. */
    Done execute(String group, String start, List<String> topics) {
        List<Row> rows = new ArrayList<>();
        if (topics.isEmpty()) {
            rows.addAll(kind.reset(console, group, Map.of("to", start)));
        }
        for (String topic : topics) {
            rows.addAll(kind.reset(console, group, where(topic, start)));
        }
        return new Done(
                group,
                true,
                rows.stream()
                        .map(row -> new Move(
                                row.text("topic"),
                                (int) row.number("partition"),
                                row.number("position"),
                                row.number("newPosition"),
                                row.number("endOffset")))
                        .toList());
    }

    private static Map<String, String> where(String topic, String start) {
        Map<String, String> where = new LinkedHashMap<>();
        where.put("to", start);
        int colon = topic.lastIndexOf(':');
        where.put("topic", colon < 0 ? topic : topic.substring(0, colon));
        if (colon >= 0) {
            where.put("partition", topic.substring(colon + 1));
        }
        return where;
    }

    /** For people. */
    void print(Done done) {
        Table table = new Table()
                .text("TOPIC")
                .number("PARTITION")
                .number("POSITION")
                .number("NEW POSITION")
                .number("END");
        done.partitions()
                .forEach(move -> table.row(
                        move.topic(), move.partition(), move.position(), move.newPosition(), move.endOffset()));
        console.table(table);
        console.line("moved " + Printable.count(done.partitions().size(), "position") + " of group " + done.group());
    }
}
