package io.sluice.broker.delivery;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.HandedEntries;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What changes in an {@link EntryGroup}, being written as an event. Numbers as {@link DeltaWriter} writes them:
 *
 * <pre>
 *  format 1 | wall time, then any number of changes, in which offsets and ids are differences from the last ones named:
 *  1 position   ms | seq | next offset | entries read (signed)
 *  2 consumer   number | name | seen | active (signed)             a new one
 *  3 times      number | seen | active (signed)
 *  4 gone       number                                             a consumer with everything it has
 *  5 settled    count | count × offset (signed)
 *  6 handed out number | count | count × (offset (signed) | ms (signed) | seq)     at the wall time, for the first time
 *  7 held       offset (signed) | ms (signed) | seq | number, 0 for nobody | time − wall time (signed) | deliveries
 * </pre>
 *
 * A change overrides whatever lies there: applying asks nothing and cannot fail.
 */
public final class GroupChanges {
    static final int FORMAT = 1;
    static final int POSITION = 1;
    static final int CONSUMER = 2;
    static final int TIMES = 3;
    static final int GONE = 4;
    static final int SETTLED = 5;
    static final int HANDED_OUT = 6;
    static final int HELD = 7;

    private static final int NO_CONSUMER = 0;

    private final EntryGroup group;
    private final long wallMs;
    private final DeltaWriter out = new DeltaWriter(64);
    private int consumer = NO_CONSUMER;
    private Optional<String> newName = Optional.empty();
    private boolean isActive;
    private boolean isChanged;
    private long namedOffset;
    private long namedMs;

    /** Of the group, at that time. */
    public GroupChanges(EntryGroup group, long wallMs) {
        this.group = group;
        this.wallMs = wallMs;
    }

    /** The consumer asks for something, and is made if there is none; before all other changes. */
    public GroupChanges by(String name) {
        EntryConsumer known = group.consumer(name);
        consumer = known == null ? group.nextNumber() : known.number();
        newName = known == null ? Optional.of(name) : Optional.empty();
        return this;
    }

    /** The consumer that asks gets something. */
    public void active() {
        isActive = true;
    }

    /** The group has handed out up to the id. */
    public void position(EntryId lastId, long nextOffset, long entriesRead) {
        isChanged = true;
        out.putByte(POSITION).putUnsigned(lastId.ms()).putUnsigned(lastId.seq());
        out.putUnsigned(nextOffset).putSigned(entriesRead);
    }

    /** The consumer goes, with everything it has. */
    public void removeConsumer(String name) {
        EntryConsumer known = group.consumer(name);
        if (known != null) {
            isChanged = true;
            out.putByte(GONE).putUnsigned(known.number());
        }
    }

    /** These are pending no more. */
    public void settle(long[] offsets) {
        if (offsets.length == 0) {
            return;
        }
        isChanged = true;
        out.putByte(SETTLED).putUnsigned(offsets.length);
        for (long offset : offsets) {
            putOffset(offset);
        }
    }

    /** The consumer that asks has these from the index on, for the first time. */
    public void handOut(HandedEntries entries, int from) {
        if (from == entries.count()) {
            return;
        }
        isChanged = true;
        out.putByte(HANDED_OUT).putUnsigned(consumer).putUnsigned((long) entries.count() - from);
        for (int i = from; i < entries.count(); i++) {
            putOffset(entries.offset(i));
            putId(entries.ms(i), entries.seq(i));
        }
    }

    /** The consumer that asks has the entry since that time. */
    public void hold(long offset, EntryId id, long timeMs, long deliveries) {
        put(offset, id, consumer, timeMs, deliveries);
    }

    /** Nobody has the entry, which is still pending. */
    public void giveBack(long offset, EntryId id, long deliveries) {
        put(offset, id, Members.NOBODY, 0, deliveries);
    }

    private void put(long offset, EntryId id, int member, long timeMs, long deliveries) {
        isChanged = true;
        out.putByte(HELD);
        putOffset(offset);
        putId(id.ms(), id.seq());
        out.putUnsigned(member).putSigned(timeMs - wallMs).putUnsigned(storedCount(deliveries));
    }

    private void putOffset(long offset) {
        out.putSigned(offset - namedOffset);
        namedOffset = offset;
    }

    private void putId(long ms, long seq) {
        out.putSigned(ms - namedMs).putUnsigned(seq);
        namedMs = ms;
    }

    /** Counts are 4 bytes, whose largest number stands for the largest there is. */
    private static int storedCount(long deliveries) {
        return deliveries == Long.MAX_VALUE
                ? Integer.MAX_VALUE
                : (int) Math.clamp(deliveries, 0L, (long) Integer.MAX_VALUE - 1);
    }

    static long deliveriesOf(int storedCount) {
        return storedCount == Integer.MAX_VALUE ? Long.MAX_VALUE : storedCount;
    }

    /** Whether there is something to be journaled: that somebody asked in vain is not. */
    public boolean isEmpty() {
        return !isChanged && newName.isEmpty();
    }

    /** The event, of which a new consumer is the first change. */
    public ByteBuffer take() {
        DeltaWriter head = new DeltaWriter(32);
        head.putByte(FORMAT).putUnsigned(wallMs);
        if (newName.isPresent()) {
            long activeMs = isActive ? wallMs : EntryGroup.UNKNOWN;
            head.putByte(CONSUMER).putUnsigned(consumer).putText(newName.get());
            head.putUnsigned(wallMs).putSigned(activeMs);
        } else if (consumer != NO_CONSUMER) {
            head.putByte(TIMES).putUnsigned(consumer).putUnsigned(wallMs);
            head.putSigned(isActive ? wallMs : activeMsOf(consumer));
        }
        ByteBuffer first = head.take();
        ByteBuffer rest = out.take();
        return ByteBuffer.allocate(first.remaining() + rest.remaining())
                .put(first)
                .put(rest)
                .flip();
    }

    private long activeMsOf(int number) {
        return group.activeMs(number);
    }
}
