package io.sluice.replication.raft;

import io.sluice.replication.journal.JournalEntry;
import io.sluice.replication.journal.JournalFiles;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The blocks written and read last. The engine asks for one entry at a time: for the newest that is applied with each message
 * that it sends or gets, to compare terms, or for the next one that another node lacks; and a block holds many. Its lock is never
 * held during a read.
 */
final class RecentBlocks {
    private final JournalFiles files;
    private final Kept written = new Kept(8, () -> 4L << 20);
    private final Kept read;
    /** Rises with every clear, so that a read that began before does not bring back what was cut. */
    private long generation;

    private record Block(List<JournalEntry> entries, long bytes) {
        Block(List<JournalEntry> entries) {
            this(
                    entries,
                    entries.stream().mapToLong(each -> each.body().remaining()).sum());
        }

        @Nullable
        JournalEntry find(long index) {
            long first = entries.getFirst().index();
            return index >= first && index < first + entries.size() ? entries.get((int) (index - first)) : null;
        }
    }

    /** The newest first, as many as have room; one in any case. */
    private static final class Kept {
        private final ArrayDeque<Block> blocks = new ArrayDeque<>();
        private final int blocksMax;
        private final LongSupplier bytesMax;
        private long bytes;

        Kept(int blocksMax, LongSupplier bytesMax) {
            this.blocksMax = blocksMax;
            this.bytesMax = bytesMax;
        }

        void add(Block block) {
            blocks.addFirst(block);
            bytes += block.bytes();
            Iterator<Block> oldest = blocks.descendingIterator();
            while (blocks.size() > 1 && (blocks.size() > blocksMax || bytes > bytesMax.getAsLong())) {
                bytes -= oldest.next().bytes();
                oldest.remove();
            }
        }

        @Nullable
        JournalEntry find(long index) {
            for (Block block : blocks) {
                JournalEntry entry = block.find(index);
                if (entry != null) {
                    return entry;
                }
            }
            return null;
        }

        void clear() {
            blocks.clear();
            bytes = 0;
        }
    }

    /** {@code readBytes} may be kept of what is read, which changes with the number of groups. */
    RecentBlocks(JournalFiles files, LongSupplier readBytes) {
        this.files = files;
        read = new Kept(8, readBytes);
    }

    /** These were appended; nobody changes their bodies. */
    synchronized void wrote(List<JournalEntry> entries) {
        written.add(new Block(List.copyOf(entries)));
    }

    /** The entry, null if there is none. */
    @Nullable
    JournalEntry find(long index) {
        long begunIn;
        synchronized (this) {
            JournalEntry recent = written.find(index);
            JournalEntry entry = recent == null ? read.find(index) : recent;
            if (entry != null) {
                return entry;
            }
            begunIn = generation;
        }
        List<JournalEntry> found = files.readAround(index);
        if (found.isEmpty()) {
            return null;
        }
        Block block = new Block(found);
        keep(block, begunIn);
        return block.find(index);
    }

    private synchronized void keep(Block block, long begunIn) {
        if (begunIn == generation) {
            read.add(block);
        }
    }

    /** Entries were cut: what was kept before is no longer true. */
    synchronized void clear() {
        written.clear();
        read.clear();
        generation++;
    }
}
