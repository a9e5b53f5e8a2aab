package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.DeliveryGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The snapshot of a slot, format 1; numbers as {@link DeltaWriter} writes them:
 *
 * <pre>
 *  format 1 | next group number | group count | groups
 *  group    number | kind 1 | name | topic id | partition | position | wall offset (signed) | member count | members | row count | rows
 *  member   number | name
 *  row      first offset − last one of the row before (signed) | length − 1 | form | member | time − time of the row before (signed)
 *           | count | with an entry id: id high (signed) | id low (signed)
 *  form     state, 16 added if there is an entry id
 * </pre>
 *
 * <p>Taking it costs the apply thread a reference per 512 rows: the rows are written from chunks that do not change any
 * more.
 */
final class SlotSnapshot {
    private static final int FORMAT = 1;
    private static final int WITH_ID = 16;
    private static final int FIRST_BYTES = 4 << 10;

    private SlotSnapshot() {}

    private record Member(int number, String name) {}

    private record Frozen(
            int number,
            DeliveryGroup id,
            long position,
            long wallOffsetMs,
            List<Member> members,
            long rowCount,
            List<RowChunk> chunks) {}

    static Supplier<ByteBuffer> capture(int nextNumber, Collection<StoredGroup> groups) {
        List<Frozen> frozen = new ArrayList<>(groups.size());
        groups.forEach(group -> frozen.add(freeze(group)));
        return () -> encode(nextNumber, frozen);
    }

    private static Frozen freeze(StoredGroup group) {
        List<Member> members = group.members().numbers().stream()
                .map(number -> new Member(number, group.members().nameOf(number).orElse("")))
                .toList();
        return new Frozen(
                group.number(),
                group.id(),
                group.position(),
                group.wallOffsetMs(),
                members,
                group.rows().rowCount(),
                group.rows().share());
    }

    private static ByteBuffer encode(int nextNumber, List<Frozen> groups) {
        DeltaWriter out = new DeltaWriter(FIRST_BYTES);
        out.putByte(FORMAT).putUnsigned(nextNumber).putUnsigned(groups.size());
        for (Frozen group : groups) {
            out.putUnsigned(group.number());
            DeliveryEvents.putId(out, group.id());
            out.putUnsigned(group.position())
                    .putSigned(group.wallOffsetMs())
                    .putUnsigned(group.members().size());
            group.members().forEach(member -> out.putUnsigned(member.number()).putText(member.name()));
            out.putUnsigned(group.rowCount());
            putRows(out, group.chunks());
        }
        return out.take();
    }

    private static void putRows(DeltaWriter out, List<RowChunk> chunks) {
        long last = 0;
        long timeMs = 0;
        for (RowChunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                Row row = chunk.row(i);
                putRow(out, row, last, timeMs);
                last = row.last();
                timeMs = row.timeMs();
            }
        }
    }

    private static void putRow(DeltaWriter out, Row row, long last, long timeMs) {
        boolean hasId = row.idHigh() != 0 || row.idLow() != 0;
        out.putSigned(row.offset() - last)
                .putUnsigned(row.length() - 1)
                .putByte(stored(row.state()) + (hasId ? WITH_ID : 0))
                .putUnsigned(row.member())
                .putSigned(row.timeMs() - timeMs)
                .putUnsigned(row.count());
        if (hasId) {
            out.putSigned(row.idHigh()).putSigned(row.idLow());
        }
    }

    /** Which of the two it is, a clock says: no snapshot may depend on when it is taken. */
    private static byte stored(byte state) {
        return state == RowState.AVAILABLE ? RowState.DELAYED : state;
    }

    /** Gives the groups to the consumer; answers the next group's number. */
    static int restore(ByteBuffer snapshot, Consumer<StoredGroup> groups) {
        DeltaReader in = new DeltaReader(snapshot);
        int format = in.getByte();
        check(format == FORMAT, "snapshot of deliveries has format %s", format);
        int nextNumber = in.getInt();
        int groupCount = in.getInt();
        for (int i = 0; i < groupCount; i++) {
            groups.accept(getGroup(in));
        }
        check(in.isAtEnd(), "snapshot of deliveries has bytes to spare");
        return nextNumber;
    }

    private static StoredGroup getGroup(DeltaReader in) {
        int number = in.getInt();
        DeliveryGroup id = DeliveryEvents.getId(in);
        StoredGroup group = new StoredGroup(number, id, in.getUnsigned());
        group.setWallOffsetMs(in.getSigned());
        int memberCount = in.getInt();
        for (int i = 0; i < memberCount; i++) {
            int member = in.getInt();
            group.members().add(member, in.getText());
        }
        long rowCount = in.getUnsigned();
        long last = 0;
        long timeMs = 0;
        for (long i = 0; i < rowCount; i++) {
            Row row = getRow(in, last, timeMs);
            group.rows().insert(row);
            last = row.last();
            timeMs = row.timeMs();
        }
        return group;
    }

    private static Row getRow(DeltaReader in, long last, long timeBeforeMs) {
        long offset = last + in.getSigned();
        int length = in.getInt() + 1;
        int form = in.getByte();
        int member = in.getInt();
        long timeMs = timeBeforeMs + in.getSigned();
        int count = in.getInt();
        return form >= WITH_ID
                ? new Row(
                        offset, length, (byte) (form - WITH_ID), member, timeMs, count, in.getSigned(), in.getSigned())
                : new Row(offset, length, (byte) form, member, timeMs, count);
    }
}
