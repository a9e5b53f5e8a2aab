package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.EntryId;
import io.sluice.common.BrokenInvariantException;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies one event that {@link GroupChanges} wrote. On the shard's apply thread. */
final class GroupChangesReader {
    private final EntryGroup group;
    private final UndoLog undo;
    private final List<Replaced> replaced = new ArrayList<>();
    private long wallMs;
    private long offset;
    private long ms;

    /** What was at an offset before a run of changes of rows. */
    private record Replaced(long offset, @Nullable Row before) {}

    GroupChangesReader(EntryGroup group, UndoLog undo) {
        this.group = group;
        this.undo = undo;
    }

    void apply(ByteBuffer changes) {
        DeltaReader in = new DeltaReader(changes);
        int format = in.getByte();
        check(format == GroupChanges.FORMAT, "changes of a group of format %s", format);
        wallMs = in.getUnsigned();
        while (!in.isAtEnd()) {
            applyNext(in);
        }
        rememberRows();
    }

    private void applyNext(DeltaReader in) {
        int kind = in.getByte();
        switch (kind) {
            case GroupChanges.POSITION -> {
                EntryId lastId = new EntryId(in.getUnsigned(), in.getUnsigned());
                group.position(lastId, in.getUnsigned(), in.getSigned(), undo);
            }
            case GroupChanges.CONSUMER -> {
                int number = in.getInt();
                String name = in.getText();
                group.addConsumer(new EntryConsumer(number, name, in.getUnsigned(), in.getSigned()), undo);
            }
            case GroupChanges.TIMES -> group.times(in.getInt(), in.getUnsigned(), in.getSigned(), undo);
            case GroupChanges.GONE -> {
                // Rows come back in the order in which they went.
                rememberRows();
                group.removeConsumer(in.getInt(), undo);
            }
            case GroupChanges.SETTLED -> settle(in);
            case GroupChanges.HANDED_OUT -> handOut(in);
            case GroupChanges.HELD -> hold(in);
            default -> throw new BrokenInvariantException("change of a group of unknown kind " + kind);
        }
    }

    private void settle(DeltaReader in) {
        for (int left = in.getInt(); left > 0; left--) {
            offset += in.getSigned();
            replaced.add(new Replaced(offset, group.take(offset)));
        }
    }

    private void handOut(DeltaReader in) {
        int number = in.getInt();
        for (int left = in.getInt(); left > 0; left--) {
            readOffsetAndMs(in);
            put(new Row(offset, 1, RowState.HELD, number, wallMs, 1, ms, in.getUnsigned()));
        }
    }

    private void hold(DeltaReader in) {
        readOffsetAndMs(in);
        long seq = in.getUnsigned();
        int number = in.getInt();
        byte state = number == Members.NOBODY ? RowState.AVAILABLE : RowState.HELD;
        long timeMs = wallMs + in.getSigned();
        put(new Row(offset, 1, state, number, timeMs, in.getInt(), ms, seq));
    }

    private void readOffsetAndMs(DeltaReader in) {
        offset += in.getSigned();
        ms += in.getSigned();
    }

    private void put(Row row) {
        replaced.add(new Replaced(row.offset(), group.put(row)));
    }

    private void rememberRows() {
        if (replaced.isEmpty()) {
            return;
        }
        List<Replaced> rows = List.copyOf(replaced);
        replaced.clear();
        undo.add(() -> {
            for (int i = rows.size() - 1; i >= 0; i--) {
                restore(rows.get(i));
            }
        });
    }

    private void restore(Replaced row) {
        if (row.before() == null) {
            group.take(row.offset());
        } else {
            group.put(row.before());
        }
    }
}
