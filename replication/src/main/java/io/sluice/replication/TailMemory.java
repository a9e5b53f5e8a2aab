package io.sluice.replication;

import java.util.ArrayDeque;

/**
 * The chunks whose batches readers can still get from memory, oldest first, and the limit on them. The apply thread adds
 * and evicts; it waits when the segment thread is too far behind, so that memory is bounded.
 */
final class TailMemory {
    private static final long WAIT_MS = 50;

    private final long budgetBytes;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private volatile long heldBytes;
    private int age;

    TailMemory(long budgetBytes) {
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
        evictTo(budgetBytes);
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
        return heldBytes > budgetBytes;
    }

    /** Whether no more may be taken in. */
    boolean isOver() {
        return heldBytes > budgetBytes + budgetBytes / 2;
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
