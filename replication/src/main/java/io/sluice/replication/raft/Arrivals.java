package io.sluice.replication.raft;

import java.util.ArrayDeque;

/**
 * How much of one group arrived from other nodes and is still in memory: what the engine was given it keeps until it is applied.
 * Any thread.
 */
final class Arrivals {
    /** Less than so much is counted together. */
    private static final long LOT_BYTES = 256 << 10;

    private final EngineMemory node;
    private final ArrayDeque<Lot> lots = new ArrayDeque<>();
    private long heldBytes;
    private boolean isClosed;

    private record Lot(long lastIndex, long bytes) {}

    Arrivals(EngineMemory node) {
        this.node = node;
    }

    /** Counts entries of so many bytes, in the place of those that came with the same indexes, unless there is no room. */
    synchronized boolean admits(long firstIndex, long lastIndex, long bytes) {
        if (isClosed) {
            return true;
        }
        while (!lots.isEmpty() && lots.getLast().lastIndex() >= firstIndex) {
            release(lots.removeLast());
        }
        if (node.isOver(heldBytes)) {
            return false;
        }
        Lot newest = lots.peekLast();
        boolean isTogether = newest != null && newest.bytes() + bytes <= LOT_BYTES;
        lots.addLast(isTogether ? new Lot(lastIndex, lots.removeLast().bytes() + bytes) : new Lot(lastIndex, bytes));
        hold(bytes);
        return true;
    }

    /** All entries up to the index are applied, or in a checkpoint. */
    synchronized void applied(long index) {
        while (!lots.isEmpty() && lots.getFirst().lastIndex() <= index) {
            release(lots.removeFirst());
        }
    }

    /** Nothing is counted any more. */
    synchronized void close() {
        isClosed = true;
        applied(Long.MAX_VALUE);
    }

    private void hold(long bytes) {
        heldBytes += bytes;
        node.use(bytes);
    }

    private void release(Lot lot) {
        hold(-lot.bytes());
    }
}
