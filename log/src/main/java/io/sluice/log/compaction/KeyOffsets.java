package io.sluice.log.compaction;

import io.sluice.common.Check;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The newest offset of each key, by the key's {@link KeyHash}: a table with open addressing outside of the heap that grows as
 * it fills, up to a bound. Used by the thread that made it, who closes it to give the memory back; an {@link #unowned} one by one
 * thread after the other, and its memory goes with it.
 *
 * <pre>
 * slot: hash high 8 | hash low 8 | offset + 1, 0 if free 8
 * </pre>
 */
public final class KeyOffsets implements AutoCloseable {
    /** What {@link #put} and {@link #get} answer for a key without an offset. */
    public static final long ABSENT = -1;

    /** What {@link #put} answers when there is no room for another key. */
    public static final long FULL = -2;

    /** Bytes of a key. */
    public static final int SLOT_BYTES = 24;

    private static final long FIRST_SLOTS = 256;
    private static final int LOW = 8;
    private static final int OFFSET = 16;

    /** Gets the hash in two halves and the offset. */
    public interface Visitor {
        /** One key. */
        void visit(long high, long low, long offset);
    }

    private final long slotsMax;
    private final boolean isUnowned;
    private Arena arena;
    private MemorySegment slots;
    private long slotCount;
    private long keyCount;
    private long keyCountMax;

    /** Takes at most so many bytes, and while it grows half as many again. */
    public KeyOffsets(long bytesMax) {
        this(bytesMax, false);
    }

    private KeyOffsets(long bytesMax, boolean isUnowned) {
        this.isUnowned = isUnowned;
        this.arena = newArena();
        this.slotsMax = bytesMax / SLOT_BYTES;
        Check.check(slotsMax >= 2, "a table of %d bytes holds no key", bytesMax);
        this.slotCount = Math.min(FIRST_SLOTS, slotsMax);
        this.slots = arena.allocate(slotCount * SLOT_BYTES, Long.BYTES);
        this.keyCountMax = room(slotCount);
    }

    /** One that is not to be closed. */
    public static KeyOffsets unowned(long bytesMax) {
        return new KeyOffsets(bytesMax, true);
    }

    private Arena newArena() {
        return isUnowned ? Arena.ofAuto() : Arena.ofConfined();
    }

    /** Three quarters, so that a search stays short; at least one key, and at least one slot free to end it. */
    private static long room(long slotCount) {
        return Math.max(1, slotCount - slotCount / 4 - 1);
    }

    /** Notes the offset, not below 0; answers the one it replaces, {@link #ABSENT} or {@link #FULL}. */
    public long put(long high, long low, long offset) {
        long slot = find(high, low);
        long before = slots.get(ValueLayout.JAVA_LONG, slot + OFFSET) - 1;
        if (before == ABSENT) {
            if (keyCount == keyCountMax) {
                return grow() ? put(high, low, offset) : FULL;
            }
            keyCount++;
            slots.set(ValueLayout.JAVA_LONG, slot, high);
            slots.set(ValueLayout.JAVA_LONG, slot + LOW, low);
        }
        slots.set(ValueLayout.JAVA_LONG, slot + OFFSET, offset + 1);
        return before;
    }

    /** The newest offset of the key or {@link #ABSENT}. */
    public long get(long high, long low) {
        return slots.get(ValueLayout.JAVA_LONG, find(high, low) + OFFSET) - 1;
    }

    /** Keys it holds. */
    public long keyCount() {
        return keyCount;
    }

    /** Whether so many more keys surely fit. */
    public boolean hasRoomFor(long keys) {
        return keyCount + keys <= room(slotsMax);
    }

    /** Bytes it takes now. */
    public long sizeBytes() {
        return slotCount * SLOT_BYTES;
    }

    /** Shows each key, in no order. */
    public void forEach(Visitor visitor) {
        for (long slot = 0; slot < slotCount * SLOT_BYTES; slot += SLOT_BYTES) {
            long offset = slots.get(ValueLayout.JAVA_LONG, slot + OFFSET) - 1;
            if (offset != ABSENT) {
                visitor.visit(
                        slots.get(ValueLayout.JAVA_LONG, slot), slots.get(ValueLayout.JAVA_LONG, slot + LOW), offset);
            }
        }
    }

    /** Where the key is, or where it would be. */
    private long find(long high, long low) {
        long number = Math.unsignedMultiplyHigh(high, slotCount);
        while (true) {
            long slot = number * SLOT_BYTES;
            boolean isFree = slots.get(ValueLayout.JAVA_LONG, slot + OFFSET) == 0;
            if (isFree
                    || slots.get(ValueLayout.JAVA_LONG, slot) == high
                            && slots.get(ValueLayout.JAVA_LONG, slot + LOW) == low) {
                return slot;
            }
            number = number + 1 == slotCount ? 0 : number + 1;
        }
    }

    private boolean grow() {
        if (slotCount == slotsMax) {
            return false;
        }
        Arena oldArena = arena;
        MemorySegment old = slots;
        long oldCount = slotCount;
        slotCount = Math.min(2 * slotCount, slotsMax);
        keyCountMax = room(slotCount);
        arena = newArena();
        slots = arena.allocate(slotCount * SLOT_BYTES, Long.BYTES);
        for (long slot = 0; slot < oldCount * SLOT_BYTES; slot += SLOT_BYTES) {
            if (old.get(ValueLayout.JAVA_LONG, slot + OFFSET) != 0) {
                long high = old.get(ValueLayout.JAVA_LONG, slot);
                long moved = find(high, old.get(ValueLayout.JAVA_LONG, slot + LOW));
                MemorySegment.copy(old, slot, slots, moved, SLOT_BYTES);
            }
        }
        close(oldArena);
        return true;
    }

    @Override
    public void close() {
        close(arena);
    }

    private void close(Arena closing) {
        if (!isUnowned) {
            closing.close();
        }
    }
}
