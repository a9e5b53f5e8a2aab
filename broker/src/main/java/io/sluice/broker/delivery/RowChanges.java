package io.sluice.broker.delivery;

import java.nio.ByteBuffer;

/**
 * The event "rows changed" of one group being written. Kind 2, all numbers as {@link DeltaWriter} writes them:
 *
 * <pre>
 *  format 1 | kind 2 | group | shard time | position | changes
 *  change   1 settled: first offset − last one named (signed) | length − 1
 *           2 put:     first offset − last one named (signed) | length − 1 | state | member | time − shard time (signed) | count
 *           3 put with entry id: as 2 | id high (signed) | id low (signed)
 * </pre>
 *
 * A change overrides whatever lies there: applying asks nothing and cannot fail.
 */
final class RowChanges {
    static final int SETTLED = 1;
    static final int PUT = 2;
    static final int PUT_WITH_ID = 3;

    private final DeltaWriter out;
    private final long nowMs;
    private final long positionBefore;
    private long position;
    private long named;
    private int count;
    private final DeltaWriter head = new DeltaWriter(48);
    private final StoredGroup group;

    RowChanges(StoredGroup group, long nowMs) {
        this.group = group;
        this.nowMs = nowMs;
        this.position = group.position();
        this.positionBefore = position;
        this.out = new DeltaWriter(64);
    }

    /** Whose rows. */
    StoredGroup group() {
        return group;
    }

    long nowMs() {
        return nowMs;
    }

    /** The position once this is applied. */
    long position() {
        return position;
    }

    void moveTo(long newPosition) {
        position = newPosition;
    }

    /** The offsets need no row any more. */
    void settle(long first, long last) {
        out.putByte(SETTLED);
        putRange(first, last);
    }

    /** The offsets are one row from now on. */
    void put(long first, long last, byte state, int member, long timeMs, int deliveries) {
        out.putByte(PUT);
        putRange(first, last);
        out.putByte(state).putUnsigned(member).putSigned(timeMs - nowMs).putUnsigned(deliveries);
    }

    /** As the other, keeping the entry id or key of a row that was there. */
    void putAs(Row row, byte state, int member, long timeMs, int deliveries) {
        boolean hasId = row.idHigh() != 0 || row.idLow() != 0;
        out.putByte(hasId ? PUT_WITH_ID : PUT);
        putRange(row.offset(), row.last());
        out.putByte(state).putUnsigned(member).putSigned(timeMs - nowMs).putUnsigned(deliveries);
        if (hasId) {
            out.putSigned(row.idHigh()).putSigned(row.idLow());
        }
    }

    private void putRange(long first, long last) {
        out.putSigned(first - named).putUnsigned(last - first);
        named = last;
        count++;
    }

    /** Whether applying it would change nothing. */
    boolean isEmpty() {
        return count == 0 && position == positionBefore;
    }

    int lengthBytes() {
        return out.lengthBytes();
    }

    /** The event. */
    ByteBuffer take() {
        head.putByte(DeliveryEvents.FORMAT)
                .putByte(DeliveryEvents.ROWS_CHANGED)
                .putUnsigned(group.number())
                .putUnsigned(nowMs)
                .putUnsigned(position);
        ByteBuffer start = head.take();
        ByteBuffer changes = out.take();
        return ByteBuffer.allocate(start.remaining() + changes.remaining())
                .put(start)
                .put(changes)
                .flip();
    }
}
