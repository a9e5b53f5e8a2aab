package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.log.StoredBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest committed batches of a partition, in memory.
 *
 * <pre>
 *   evicted │ in segments and here │ here only │
 *           first              written        end
 * </pre>
 *
 * The apply thread adds and evicts, the segment thread marks as written, any thread reads. The lock is a leaf: under it
 * references are collected, never bytes copied.
 */
final class PartitionTail {
    private static final int FIRST_CAPACITY = 2;

    private StoredBatch[] batches = new StoredBatch[FIRST_CAPACITY];
    private Chunk[] chunks = new Chunk[FIRST_CAPACITY];
    private int head;
    private int count;
    private int writtenCount;
    private long unwrittenBytes;
    private boolean isAbandoned;

    /** Batches of one read and the chunks they live in, each retained for the reader. */
    record Slice(List<StoredBatch> batches, List<Chunk> chunks, boolean isBelow) {
        static final Slice BELOW = new Slice(List.of(), List.of(), true);

        /** Lets the memory go. */
        void release() {
            Chunk last = null;
            for (Chunk chunk : chunks) {
                if (chunk != last) {
                    chunk.buffer().release();
                    last = chunk;
                }
            }
        }
    }

    /** Adds the next batch; answers the bytes that are in no segment yet. */
    synchronized long add(StoredBatch batch, Chunk chunk) {
        if (count == batches.length) {
            grow();
        }
        int at = (head + count) % batches.length;
        batches[at] = batch;
        chunks[at] = chunk;
        count++;
        unwrittenBytes += batch.lengthBytes();
        return unwrittenBytes;
    }

    private void grow() {
        StoredBatch[] moreBatches = new StoredBatch[batches.length * 2];
        Chunk[] moreChunks = new Chunk[batches.length * 2];
        for (int i = 0; i < count; i++) {
            moreBatches[i] = batches[(head + i) % batches.length];
            moreChunks[i] = chunks[(head + i) % chunks.length];
        }
        batches = moreBatches;
        chunks = moreChunks;
        head = 0;
    }

    /**
     * Batches for a reader, from the one that holds the offset. The caller releases the slice.
     *
     * @param belowOffset the end that readers know: a batch is added a moment before the end moves past it, and a reader
     *     who was given it in between would ask for an offset behind the end next
     */
    synchronized Slice read(long offset, long belowOffset, int maxBytes, boolean atLeastOne) {
        if (isAbove(offset)) {
            return Slice.BELOW;
        }
        List<StoredBatch> found = new ArrayList<>();
        List<Chunk> homes = new ArrayList<>();
        long bytes = 0;
        Chunk last = null;
        for (int i = indexOf(offset); i < count && batch(i).lastOffset() < belowOffset; i++) {
            StoredBatch batch = batch(i);
            bytes += batch.lengthBytes();
            if (bytes > maxBytes && !(found.isEmpty() && atLeastOne)) {
                break;
            }
            last = retained(i, last);
            found.add(batch);
            homes.add(last);
        }
        return new Slice(found, homes, false);
    }

    /** Whether all it has comes behind the offset. */
    synchronized boolean isAbove(long offset) {
        return count == 0 || batch(0).baseOffset() > offset;
    }

    /** Index of the first batch that ends at or above the offset; count if none does. */
    private int indexOf(long offset) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (batch(middle).lastOffset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private StoredBatch batch(int index) {
        return batches[(head + index) % batches.length];
    }

    /**
     * The next batches for the segments, below the offset, up to about so many bytes. The caller releases the slice: when
     * the partition is dropped meanwhile, nothing else keeps their memory from being used for something new.
     */
    synchronized Slice unwritten(long belowOffset, int maxBytes) {
        List<StoredBatch> run = new ArrayList<>();
        List<Chunk> homes = new ArrayList<>();
        long bytes = 0;
        Chunk last = null;
        for (int i = writtenCount; i < count && bytes < maxBytes && batch(i).lastOffset() < belowOffset; i++) {
            last = retained(i, last);
            run.add(batch(i));
            homes.add(last);
            bytes += batch(i).lengthBytes();
        }
        return new Slice(run, homes, false);
    }

    /** The chunk of the batch, retained unless it is the one of the batch before. */
    private Chunk retained(int index, @Nullable Chunk before) {
        Chunk chunk = chunks[(head + index) % chunks.length];
        if (chunk != before) {
            chunk.buffer().retain();
        }
        return chunk;
    }

    /** The first so many unwritten batches are in segments now. */
    synchronized void markWritten(int batchCount) {
        if (isAbandoned) {
            return;
        }
        Check.check(writtenCount + batchCount <= count, "more batches were written than there are");
        for (int i = 0; i < batchCount; i++) {
            int at = (head + writtenCount + i) % batches.length;
            unwrittenBytes -= batches[at].lengthBytes();
            chunks[at].batchWritten();
        }
        writtenCount += batchCount;
    }

    /** Forgets the batches of the oldest chunk, and those of others that lie between them; answers whether none is left. */
    synchronized boolean evict(Chunk chunk) {
        int evicted = chunk.isInterleaved() ? endOf(chunk) : 0;
        while (evicted > 0 || (count > 0 && chunks[head] == chunk)) {
            Check.check(writtenCount > 0, "a batch was evicted before it was in a segment");
            clearHead();
            writtenCount--;
            evicted--;
        }
        return count == 0;
    }

    /** Number of batches up to the last one of the chunk. */
    private int endOf(Chunk chunk) {
        int end = count;
        while (end > 0 && chunks[(head + end - 1) % chunks.length] != chunk) {
            end--;
        }
        return end;
    }

    private void clearHead() {
        head = (head + 1) % batches.length;
        count--;
        if (count == 0) {
            batches = new StoredBatch[FIRST_CAPACITY];
            chunks = new Chunk[FIRST_CAPACITY];
            head = 0;
        }
    }

    /** The partition is dropped: nothing needs writing any more. */
    synchronized void abandon() {
        markWritten(count - writtenCount);
        isAbandoned = true;
    }

    synchronized long unwrittenBytes() {
        return unwrittenBytes;
    }

    /** All batches below the offset, for look-ups by time. The caller releases the slice. */
    synchronized Slice all(long belowOffset) {
        return count == 0 ? Slice.BELOW : read(batch(0).baseOffset(), belowOffset, Integer.MAX_VALUE, true);
    }
}
