package io.sluice.broker.stream;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The record batches of a stream, read to be written once more for another: at the same offsets, so that ids, deletions and groups
 * of the copy are those of the stream. Bounded. Handed from thread to thread; one at a time.
 */
final class CopiedLog {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int ATTEMPTS_MAX = 20;

    private final List<ByteBuffer> batches = new ArrayList<>();
    private final long firstOffset;
    private long baseOffset;
    private long endOffset;
    private long lengthBytes;
    private int attempts;
    private boolean hasGap;

    /** Of the records from the offset on. */
    CopiedLog(long firstOffset) {
        this.firstOffset = firstOffset;
        baseOffset = firstOffset;
        endOffset = firstOffset;
    }

    /** Offset of the first record of the first batch, which may lie before the first that counts. */
    long baseOffset() {
        return baseOffset;
    }

    /** One after the other, position 0. */
    List<ByteBuffer> batches() {
        return batches;
    }

    /** Bytes of all of them. */
    int lengthBytes() {
        return (int) lengthBytes;
    }

    /** Whether there is more than goes into one entry of the journal. */
    boolean isTooLarge() {
        return lengthBytes > StreamSettings.RUN_BYTES_MAX;
    }

    /** Whether it is not worth trying again: entries come faster than they are read, or some are missing. */
    boolean isHopeless() {
        return hasGap || attempts >= ATTEMPTS_MAX;
    }

    /** Reads what is missing up to the offset; false if that takes the disk and it may not block. */
    boolean reach(PartitionReplica replica, long toOffset, boolean mayBlock) {
        attempts += mayBlock ? 1 : 0;
        while (endOffset < toOffset && !isTooLarge() && !hasGap) {
            CollectedBatches read = new CollectedBatches();
            long reached = mayBlock
                    ? replica.readBlocking(endOffset, PIECE_BYTES, true, read)
                    : replica.readMemory(endOffset, PIECE_BYTES, true, read);
            if (reached < 0) {
                return false;
            }
            int position = 0;
            while (read.hasBatchAt(position)) {
                take(read.memory(), position);
                position = read.next(position);
            }
            hasGap |= position == 0;
        }
        return !hasGap;
    }

    private void take(ByteBuffer memory, int position) {
        long base = BatchHeader.baseOffset(memory, position);
        boolean isFirst = batches.isEmpty();
        if (isFirst ? base > firstOffset : base != endOffset) {
            hasGap = true;
            return;
        }
        ByteBuffer batch = ByteBuffer.allocate(BatchLayout.sizeBytes(memory, position));
        batch.put(0, memory, position, batch.capacity());
        withoutProducer(batch);
        baseOffset = isFirst ? base : baseOffset;
        endOffset = BatchHeader.lastOffset(memory, position) + 1;
        lengthBytes += batch.capacity();
        batches.add(batch);
    }

    /** Its sequence numbers are about the stream that it was sent to. */
    private static void withoutProducer(ByteBuffer batch) {
        if (BatchHeader.producerId(batch, 0) != BatchLayout.NO_PRODUCER_ID) {
            batch.putLong(BatchLayout.PRODUCER_ID, BatchLayout.NO_PRODUCER_ID);
            batch.putShort(BatchLayout.PRODUCER_EPOCH, (short) -1);
            batch.putInt(BatchLayout.BASE_SEQUENCE, -1);
            batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        }
    }
}
