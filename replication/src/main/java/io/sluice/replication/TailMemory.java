package io.sluice.replication;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * The chunks whose batches readers can still get from memory, oldest first, and the limit on them. The apply thread adds
 * and evicts; it waits when the segment thread is too far behind, so that memory is bounded.
 */
final class TailMemory {
    /** It may hold {@code MOST_PARTS / BUDGET_PARTS} of its budget while the segments are behind. */
    static final int MOST_PARTS = 3;

    static final int BUDGET_PARTS = 2;

    private static final long WAIT_MS = 50;

    private final LongSupplier budgetBytes;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private volatile long heldBytes;
    private int age;

    /** The budget is asked for again and again: it changes. */
    TailMemory(LongSupplier budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /** Apply thread: an entry of this chunk was applied. */
    void use(Chunk chunk) {
        if (chunk.enterTail(age)) {
            chunks.addLast(chunk);
            heldBytes += chunk.capacityBytes();
        } else if (chunks.peekLast() != chunk) {
            chunk.interleave();
        }
    }

    /** Apply thread: gives back what is over the budget and needed by nobody. */
    void evict() {
        evictTo(budgetBytes.getAsLong());
    }

    /** Apply thread: the same for another budget. */
    void evictTo(long keptBytes) {
        while (heldBytes > keptBytes) {
            Chunk oldest = chunks.peekFirst();
            if (oldest == null || !oldest.isEvictable()) {
                return;
            }
            chunks.removeFirst();
            heldBytes -= oldest.capacityBytes();
            oldest.evict();
        }
    }

    /**
     * Apply thread, now and then: what many partitions got before the last call is let go of, because small batches cost more
     * memory by what knows them than by their bytes. Such batches went to the disk through the page cache.
     */
    void age() {
        age++;
        Chunk oldest = chunks.peekFirst();
        while (oldest != null && oldest.age() < age - 1 && oldest.isScattered() && oldest.isEvictable()) {
            chunks.removeFirst();
            heldBytes -= oldest.capacityBytes();
            oldest.evict();
            oldest = chunks.peekFirst();
        }
    }

    /** Apply thread, after {@link #evict}: whether the segments must catch up, because what is over the budget is not written. */
    boolean isUnderPressure() {
        return heldBytes > budgetBytes.getAsLong();
    }

    /** Whether no more may be taken in. */
    boolean isOver() {
        return heldBytes > mostBytes(budgetBytes.getAsLong());
    }

    /** What a tail of that budget holds at most. */
    static long mostBytes(long budgetBytes) {
        return budgetBytes / BUDGET_PARTS * MOST_PARTS;
    }

    /** Apply thread: waits for the segment thread while far over the budget; {@code meanwhile} keeps others from waiting for us. */
    void awaitRoom(SegmentWriter writer, Runnable meanwhile) throws InterruptedException {
        evict();
        while (isOver()) {
            meanwhile.run();
            writer.awaitProgress(WAIT_MS);
            evict();
        }
    }

    long heldBytes() {
        return heldBytes;
    }
}
