package io.sluice.cli.group;

import io.sluice.cli.command.BrokerControl.Row;
import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups of Redis as people and scripts see them: each stream has its own, so a name may stand for several. */
final class StreamGroupTables {

    /**
     * A group of a stream.
     *
     * @param name its name
     * @param database of the stream
     * @param key of the stream
     * @param lastId it has handed out up to here
     * @param streamLastId the stream's last id
     * @param lag entries it has yet to hand out, null if nobody can say
     * @param pending entries that consumers have
     * @param consumers how many there are
     * @param oldestMs how long ago the one that is pending longest was handed out, null if none is
     * @param redeliveries deliveries of what is pending beyond the first
     */
    record Group(
            String name,
            int database,
            String key,
            String lastId,
            String streamLastId,
            @Nullable Long lag,
            long pending,
            long consumers,
            @Nullable Long oldestMs,
            long redeliveries) {}

    /** Where a group goes on; what is pending stays so. */
    record Move(int database, String key, String lastId, String newLastId) {}

    /** What was done. */
    record Done(String group, boolean executed, List<Move> streams) {}

    private StreamGroupTables() {}

    static List<Group> groups(List<Row> rows) {
        return rows.stream().map(StreamGroupTables::group).toList();
    }

    private static Group group(Row row) {
        long oldestMs = row.number("oldestHeldMs");
        return new Group(
                row.text("group"),
                (int) row.number("database"),
                row.text("key"),
                row.text("lastId"),
                row.text("streamLastId"),
                row.text("lag").isEmpty() ? null : row.number("lag"),
                row.number("pending"),
                row.number("consumers"),
                oldestMs < 0 ? null : oldestMs,
                row.number("redeliveries"));
    }

    /** One line a group of a stream. */
    static void print(Console console, List<Group> groups) {
        Table table = new Table()
                .text("GROUP")
                .number("DB")
                .text("KEY")
                .text("LAST ID")
                .number("LAG")
                .number("PENDING")
                .number("OLDEST")
                .number("REDELIVERIES")
                .number("CONSUMERS");
        groups.forEach(each -> table.row(
                each.name(),
                each.database(),
                each.key(),
                each.lastId(),
                each.lag() == null ? "-" : each.lag(),
                each.pending(),
                DeliveryTables.age(each.oldestMs()),
                each.redeliveries(),
                each.consumers()));
        console.table(table);
    }

    static Done done(String group, List<Row> rows) {
        return new Done(
                group,
                true,
                rows.stream()
                        .map(row -> new Move(
                                (int) row.number("database"),
                                row.text("key"),
                                row.text("lastId"),
                                row.text("newLastId")))
                        .toList());
    }

    /** For people. */
    static void print(Console console, Done done) {
        Table table = new Table().number("DB").text("KEY").text("LAST ID").text("NEW LAST ID");
        done.streams().forEach(move -> table.row(move.database(), move.key(), move.lastId(), move.newLastId()));
        console.table(table);
        console.line("moved group " + done.group() + " in "
                + Printable.count(done.streams().size(), "stream"));
    }
}
