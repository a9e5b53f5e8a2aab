package io.sluice.replication.raft;

import io.sluice.replication.journal.JournalEntry;
import io.sluice.replication.journal.JournalFiles;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks read last. The engine asks for one entry at a time, mostly the next one, and a block holds many. Its lock is
 * never held during a read.
 */
final class ReadBlocks {
    private static final int BLOCKS_MAX = 8;
    private static final long BYTES_MAX = 16L << 20;

    private final JournalFiles files;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private long bytes;
    /** Rises with every clear, so that a read that began before does not bring back what was cut. */
    private long generation;

    private record Block(List<JournalEntry> entries, long bytes) {
        @Nullable
        JournalEntry find(long index) {
            long first = entries.getFirst().index();
            return index >= first && index < first + entries.size() ? entries.get((int) (index - first)) : null;
        }
    }

    ReadBlocks(JournalFiles files) {
        this.files = files;
    }

    /** The entry, null if there is none. */
    @Nullable
    JournalEntry find(long index) {
        long begunIn;
        synchronized (this) {
            for (Block block : blocks) {
                JournalEntry entry = block.find(index);
                if (entry != null) {
                    return entry;
                }
            }
            begunIn = generation;
        }
        List<JournalEntry> read = files.readAround(index);
        if (read.isEmpty()) {
            return null;
        }
        Block block = new Block(
                read, read.stream().mapToLong(each -> each.body().remaining()).sum());
        keep(block, begunIn);
        return block.find(index);
    }

    private synchronized void keep(Block block, long begunIn) {
        if (begunIn != generation) {
            return;
        }
        blocks.addFirst(block);
        bytes += block.bytes();
        Iterator<Block> oldest = blocks.descendingIterator();
        while (blocks.size() > 1 && (blocks.size() > BLOCKS_MAX || bytes > BYTES_MAX)) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Entries were cut: what was read before is no longer true. */
    synchronized void clear() {
        blocks.clear();
        bytes = 0;
        generation++;
    }
}
