package io.sluice.replication;

import io.sluice.common.SharedBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of memory that holds consecutive entries, and after commit their batches: the unit in which the tail is
 * counted and evicted. The queue fills it under its lock; the apply thread tracks what lives in it; the segment thread
 * counts down what it has written.
 */
final class Chunk {
    private static final int SCATTERED_BYTES = 4 << 10;

    private final SharedBuffer buffer;
    private final AtomicInteger unwrittenBatches = new AtomicInteger();
    private final List<PartitionReplica> touched = new ArrayList<>();
    private volatile boolean closed;
    private int filledBytes;
    private int openEntries;
    private boolean inTail;
    private int age;
    private boolean isInterleaved;

    Chunk(SharedBuffer buffer) {
        this.buffer = buffer;
    }

    SharedBuffer buffer() {
        return buffer;
    }

    int capacityBytes() {
        return buffer.memory().capacity();
    }

    int roomBytes() {
        return capacityBytes() - filledBytes;
    }

    int filledBytes() {
        return filledBytes;
    }

    void fill(int lengthBytes) {
        filledBytes += lengthBytes;
    }

    /** No further entry begins in it; under the queue's lock. */
    void close() {
        closed = true;
    }

    /** An entry began in it, under the queue's lock. */
    void entryBegan() {
        synchronized (touched) {
            openEntries++;
        }
    }

    /** An entry of it is applied or rejected. */
    void entryEnded() {
        synchronized (touched) {
            openEntries--;
        }
    }

    /** On the apply thread: answers true once, so that it enters the tail once, at that age. */
    boolean enterTail(int tailAge) {
        boolean first = !inTail;
        if (first) {
            age = tailAge;
        }
        inTail = true;
        return first;
    }

    /** On the apply thread: when it entered the tail. */
    int age() {
        return age;
    }

    /** On the apply thread: whether its batches are of so many partitions that each has little of it. */
    boolean isScattered() {
        return (long) touched.size() * SCATTERED_BYTES >= filledBytes;
    }

    /** On the apply thread: batches of another chunk lie between its own, because a foreign entry committed in between. */
    void interleave() {
        isInterleaved = true;
    }

    /** Whether batches of another chunk may lie between its own. */
    boolean isInterleaved() {
        return isInterleaved;
    }

    /** On the apply thread: a batch of the partition lives here until evicted. */
    void batchAdded(PartitionReplica replica) {
        unwrittenBatches.incrementAndGet();
        if (touched.isEmpty() || touched.getLast() != replica) {
            touched.add(replica);
        }
    }

    /** On the segment thread, or where the batch needs no writing any more. */
    void batchWritten() {
        unwrittenBatches.decrementAndGet();
    }

    /** Whether nothing but readers still needs it. */
    boolean isEvictable() {
        synchronized (touched) {
            return closed && openEntries == 0 && unwrittenBatches.get() == 0;
        }
    }

    /** On the apply thread: partitions drop their batches, the memory goes back when the last reader is done. */
    void evict() {
        for (PartitionReplica replica : touched) {
            replica.evict(this);
        }
        touched.clear();
        buffer.release();
    }
}
