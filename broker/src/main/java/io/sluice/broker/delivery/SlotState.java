package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of the delivery groups of one slot. Changed by events only ({@link #apply}), which say what is to be
 * and not what happened, so that applying has no case that fails. Owner: the shard's apply thread.
 */
final class SlotState {
    private final Map<DeliveryGroup, StoredGroup> byId = new HashMap<>();
    private final TreeMap<Integer, StoredGroup> byNumber = new TreeMap<>();
    private int nextNumber = 1;

    @Nullable
    StoredGroup find(DeliveryGroup id) {
        return byId.get(id);
    }

    @Nullable
    StoredGroup find(int number) {
        return byNumber.get(number);
    }

    /** In the order in which they came into being. */
    Collection<StoredGroup> all() {
        return byNumber.values();
    }

    /** What the next group will be called. */
    int nextNumber() {
        return nextNumber;
    }

    /** Applies one event; answers the group it was about, null if that is gone. */
    @Nullable
    StoredGroup apply(ByteBuffer event, UndoLog undo) {
        DeltaReader in = new DeltaReader(event);
        int format = in.getByte();
        check(format == DeliveryEvents.FORMAT, "delivery event of format %s", format);
        int kind = in.getByte();
        int number = in.getInt();
        if (kind == DeliveryEvents.GROUP_OPENED) {
            return open(number, in, undo);
        }
        StoredGroup group = byNumber.get(number);
        check(group != null, "an event names delivery group %s, which is not there", number);
        switch (kind) {
            case DeliveryEvents.ROWS_CHANGED -> changeRows(group, in, undo);
            case DeliveryEvents.GROUP_DELETED -> delete(group, undo);
            case DeliveryEvents.MEMBER_ADDED -> addMember(group, in.getInt(), in.getText(), undo);
            case DeliveryEvents.MEMBERS_FORGOTTEN -> forgetMembers(group, in, undo);
            case DeliveryEvents.VOIDED -> voidAcquired(group, in.getUnsigned(), undo);
            case DeliveryEvents.CLOCK_SET -> setClock(group, in.getSigned(), undo);
            case DeliveryEvents.RESET -> reset(group, in.getUnsigned(), undo);
            default -> check(false, "delivery event of unknown kind %s", kind);
        }
        return group;
    }

    private StoredGroup open(int number, DeltaReader in, UndoLog undo) {
        DeliveryGroup id = DeliveryEvents.getId(in);
        StoredGroup group = new StoredGroup(number, id, in.getUnsigned());
        int numberBefore = nextNumber;
        add(group);
        undo.add(() -> {
            remove(group);
            nextNumber = numberBefore;
        });
        return group;
    }

    private void add(StoredGroup group) {
        byId.put(group.id(), group);
        byNumber.put(group.number(), group);
        nextNumber = Math.max(nextNumber, group.number() + 1);
    }

    private void remove(StoredGroup group) {
        byId.remove(group.id());
        byNumber.remove(group.number());
    }

    private void delete(StoredGroup group, UndoLog undo) {
        remove(group);
        undo.add(() -> add(group));
    }

    private static void changeRows(StoredGroup group, DeltaReader in, UndoLog undo) {
        long baseMs = in.getUnsigned();
        long positionBefore = group.position();
        group.moveTo(in.getUnsigned());
        undo.add(() -> group.moveTo(positionBefore));
        long named = 0;
        while (!in.isAtEnd()) {
            int change = in.getByte();
            long first = named + in.getSigned();
            int length = in.getInt() + 1;
            named = first + length - 1;
            rememberRows(group, first, named, undo);
            switch (change) {
                case RowChanges.SETTLED -> group.rows().remove(first, named);
                case RowChanges.PUT -> group.rows().put(row(first, length, baseMs, in, false));
                case RowChanges.PUT_WITH_ID -> group.rows().put(row(first, length, baseMs, in, true));
                default -> check(false, "delivery event with unknown change %s", change);
            }
        }
    }

    private static Row row(long first, int length, long baseMs, DeltaReader in, boolean hasId) {
        byte state = (byte) in.getByte();
        int member = in.getInt();
        long timeMs = baseMs + in.getSigned();
        int count = in.getInt();
        return hasId
                ? new Row(first, length, state, member, timeMs, count, in.getSigned(), in.getSigned())
                : new Row(first, length, state, member, timeMs, count);
    }

    private static void rememberRows(StoredGroup group, long first, long last, UndoLog undo) {
        if (undo == UndoLog.NONE) {
            return;
        }
        List<Row> before = group.rows().overlapping(first, last);
        long from = before.isEmpty() ? first : Math.min(first, before.getFirst().offset());
        long to = before.isEmpty() ? last : Math.max(last, before.getLast().last());
        undo.add(() -> {
            group.rows().remove(from, to);
            before.forEach(group.rows()::insert);
        });
    }

    private static void addMember(StoredGroup group, int number, String name, UndoLog undo) {
        group.members().add(number, name);
        undo.add(() -> group.members().remove(number));
    }

    private static void forgetMembers(StoredGroup group, DeltaReader in, UndoLog undo) {
        int count = in.getInt();
        for (int i = 0; i < count; i++) {
            int number = in.getInt();
            String name = group.members().nameOf(number).orElse("");
            group.members().remove(number);
            undo.add(() -> group.members().add(number, name));
        }
    }

    private static void voidAcquired(StoredGroup group, long nowMs, UndoLog undo) {
        List<Row> voided = new ArrayList<>();
        RowTable rows = group.rows();
        for (long at = rows.first(); at != RowTable.NOWHERE; at = rows.next(at)) {
            if (rows.state(at) == RowState.ACQUIRED) {
                voided.add(rows.row(at));
            }
        }
        for (Row row : voided) {
            rows.put(new Row(
                    row.offset(),
                    row.length(),
                    RowState.AVAILABLE,
                    Members.NOBODY,
                    nowMs,
                    row.count(),
                    row.idHigh(),
                    row.idLow()));
        }
        undo.add(() -> voided.forEach(rows::put));
    }

    private static void setClock(StoredGroup group, long wallOffsetMs, UndoLog undo) {
        long before = group.wallOffsetMs();
        move(group, wallOffsetMs);
        undo.add(() -> move(group, before));
    }

    private static void move(StoredGroup group, long wallOffsetMs) {
        long laterMs = group.wallOffsetMs() - wallOffsetMs;
        group.setWallOffsetMs(wallOffsetMs);
        RowTable rows = group.rows();
        List<Row> scheduled = new ArrayList<>();
        for (long at = rows.scheduledRecords() == 0 ? RowTable.NOWHERE : rows.first();
                at != RowTable.NOWHERE;
                at = rows.next(at)) {
            if (rows.member(at) == Members.THE_CLOCK) {
                scheduled.add(rows.row(at));
            }
        }
        for (Row row : scheduled) {
            rows.put(new Row(
                    row.offset(),
                    row.length(),
                    RowState.DELAYED,
                    Members.THE_CLOCK,
                    row.timeMs() + laterMs,
                    row.count(),
                    row.idHigh(),
                    row.idLow()));
        }
    }

    private static void reset(StoredGroup group, long position, UndoLog undo) {
        List<Row> before = undo == UndoLog.NONE ? List.of() : group.rows().overlapping(0, Long.MAX_VALUE);
        long positionBefore = group.position();
        group.rows().clear();
        group.moveTo(position);
        undo.add(() -> {
            group.moveTo(positionBefore);
            before.forEach(group.rows()::insert);
        });
    }

    /** The state as it is now, to be written by whoever asks for it later, on any one thread. */
    Supplier<ByteBuffer> capture() {
        return SlotSnapshot.capture(nextNumber, byNumber.values());
    }

    /** Becomes what a snapshot says. */
    void restore(ByteBuffer snapshot) {
        byId.clear();
        byNumber.clear();
        nextNumber = SlotSnapshot.restore(snapshot, this::add);
    }
}
