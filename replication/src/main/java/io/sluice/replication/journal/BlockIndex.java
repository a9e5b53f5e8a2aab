package io.sluice.replication.journal;

import static io.sluice.replication.journal.FileHeader.PAGE_BYTES;

import io.sluice.common.Check;
import java.util.Arrays;

/**
 * Where each live entry is: per block its first entry's index and its place, ascending. Two longs per block, so the
 * journal's budget divided by 4 KiB bounds it (4 MiB at 1 GiB). A leaf lock guards it; any thread may ask.
 */
final class BlockIndex {
    private static final int PAGE_BITS = 24;
    private static final long PAGE_MASK = (1L << PAGE_BITS) - 1;

    private long[] firstIndexes = new long[64];
    private long[] places = new long[64];
    private int head;
    private int end;

    /** A moment's blocks; {@code lastIndex} is the newest entry of the last. */
    record Snapshot(long[] firstIndexes, long[] places, long lastIndex) {
        int size() {
            return places.length;
        }

        /** Newest entry of the block that is still alive. */
        long lastIndexOf(int block) {
            return block + 1 < firstIndexes.length ? firstIndexes[block + 1] - 1 : lastIndex;
        }
    }

    static long place(long sequence, long filePosition) {
        return sequence << PAGE_BITS | filePosition / PAGE_BYTES;
    }

    static long sequence(long place) {
        return place >>> PAGE_BITS;
    }

    static long filePosition(long place) {
        return (place & PAGE_MASK) * PAGE_BYTES;
    }

    synchronized void add(long firstIndex, long place) {
        Check.check(head == end || firstIndex > firstIndexes[end - 1], "blocks are added in order");
        if (end == places.length) {
            makeRoom();
        }
        firstIndexes[end] = firstIndex;
        places[end] = place;
        end++;
    }

    private void makeRoom() {
        int size = end - head;
        int capacity = Math.max(64, size * 2);
        firstIndexes = Arrays.copyOf(Arrays.copyOfRange(firstIndexes, head, end), capacity);
        places = Arrays.copyOf(Arrays.copyOfRange(places, head, end), capacity);
        head = 0;
        end = size;
    }

    synchronized boolean isEmpty() {
        return head == end;
    }

    /** First live entry. */
    synchronized long firstIndexOr(long whenEmpty) {
        return head == end ? whenEmpty : firstIndexes[head];
    }

    /** Place of the block that holds the entry, −1 if it is older than all. */
    synchronized long placeOf(long index) {
        int block = blockOf(index);
        return block < head ? -1 : places[block];
    }

    private int blockOf(long index) {
        int found = Arrays.binarySearch(firstIndexes, head, end, index);
        return found >= 0 ? found : -found - 2;
    }

    /** Forgets blocks that start above the index. */
    synchronized void cutAbove(long index) {
        end = Math.max(head, blockOf(index) + 1);
    }

    /** Forgets blocks of files below the sequence number. */
    synchronized void dropBelow(long sequence) {
        while (head < end && sequence(places[head]) < sequence) {
            head++;
        }
    }

    synchronized void clear() {
        head = 0;
        end = 0;
    }

    /** The block that holds the entry, alone; empty if the entry is older than all. */
    synchronized Snapshot at(long index, long lastIndex) {
        int block = blockOf(index);
        if (block < head || block >= end) {
            return new Snapshot(new long[0], new long[0], lastIndex);
        }
        return new Snapshot(
                Arrays.copyOfRange(firstIndexes, block, Math.min(block + 2, end)),
                Arrays.copyOfRange(places, block, block + 1),
                lastIndex);
    }

    /** The blocks from the one that holds the entry, or from the first. */
    synchronized Snapshot from(long index, long lastIndex) {
        int block = Math.max(head, blockOf(index));
        return new Snapshot(
                Arrays.copyOfRange(firstIndexes, Math.min(block, end), end),
                Arrays.copyOfRange(places, Math.min(block, end), end),
                lastIndex);
    }
}
