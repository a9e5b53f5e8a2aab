package io.sluice.broker.delivery;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.EntryId;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link EntryGroup} of one moment, as bytes. Numbers as {@link DeltaWriter} writes them; offsets and ms of rows are
 * differences from those of the row before:
 *
 * <pre>
 *  format 1 | name | ms | seq | next offset | entries read (signed)
 *           | consumers | consumers × (number | name | seen | active (signed))
 *           | rows | rows × (offset (signed) | ms (signed) | seq | number | time | deliveries)
 * </pre>
 *
 * Captured on the apply thread; the bytes are written by whoever wants them, on any one thread.
 */
public final class EntryGroupSnapshot {
    private static final int FORMAT = 1;

    private final String name;
    private final EntryId lastId;
    private final long nextOffset;
    private final long entriesRead;
    private final List<KnownConsumer> consumers;
    private final List<RowChunk> chunks;

    private record KnownConsumer(int number, String name, long seenMs, long activeMs) {}

    private EntryGroupSnapshot(EntryGroup group, List<KnownConsumer> consumers, List<RowChunk> chunks) {
        name = group.name();
        lastId = group.lastId();
        nextOffset = group.nextOffset();
        entriesRead = group.entriesRead();
        this.consumers = consumers;
        this.chunks = chunks;
    }

    static EntryGroupSnapshot of(EntryGroup group) {
        List<KnownConsumer> consumers = new ArrayList<>();
        for (EntryConsumer each : group.consumers()) {
            consumers.add(new KnownConsumer(each.number(), each.name(), each.seenMs(), each.activeMs()));
        }
        return new EntryGroupSnapshot(group, consumers, group.rows().share());
    }

    /** The bytes. */
    public byte[] write() {
        DeltaWriter out = new DeltaWriter(256);
        out.putByte(FORMAT).putText(name).putUnsigned(lastId.ms()).putUnsigned(lastId.seq());
        out.putUnsigned(nextOffset).putSigned(entriesRead).putUnsigned(consumers.size());
        for (KnownConsumer each : consumers) {
            out.putUnsigned(each.number()).putText(each.name());
            out.putUnsigned(each.seenMs()).putSigned(each.activeMs());
        }
        out.putUnsigned(chunks.stream().mapToLong(RowChunk::size).sum());
        Row before = new Row(0, 1, RowState.HELD, 0, 0, 0);
        for (RowChunk chunk : chunks) {
            for (int i = 0; i < chunk.size(); i++) {
                Row row = chunk.row(i);
                out.putSigned(row.offset() - before.offset()).putSigned(row.idHigh() - before.idHigh());
                out.putUnsigned(row.idLow()).putUnsigned(row.member());
                out.putUnsigned(row.timeMs()).putUnsigned(row.count());
                before = row;
            }
        }
        ByteBuffer taken = out.take();
        byte[] bytes = new byte[taken.remaining()];
        taken.get(bytes);
        return bytes;
    }

    /** The group that was captured. */
    public static EntryGroup read(byte[] bytes) {
        DeltaReader in = new DeltaReader(ByteBuffer.wrap(bytes));
        int format = in.getByte();
        check(format == FORMAT, "a group of format %s, this version knows %s", format, FORMAT);
        String name = in.getText();
        EntryId lastId = new EntryId(in.getUnsigned(), in.getUnsigned());
        EntryGroup group = new EntryGroup(name, lastId, in.getUnsigned(), in.getSigned());
        for (int left = in.getInt(); left > 0; left--) {
            int number = in.getInt();
            String consumer = in.getText();
            group.addConsumer(new EntryConsumer(number, consumer, in.getUnsigned(), in.getSigned()), UndoLog.NONE);
        }
        long offset = 0;
        long ms = 0;
        for (long left = in.getUnsigned(); left > 0; left--) {
            offset += in.getSigned();
            ms += in.getSigned();
            long seq = in.getUnsigned();
            int number = in.getInt();
            byte state = number == Members.NOBODY ? RowState.AVAILABLE : RowState.HELD;
            group.put(new Row(offset, 1, state, number, in.getUnsigned(), in.getInt(), ms, seq));
        }
        return group;
    }
}
