package io.sluice.replication.journal;

import io.sluice.common.Check;
import io.sluice.log.disk.Disk;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFullException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The local journal's files: a chain of sync blocks in preallocated, recycled files; the package documentation has the
 * format. One thread appends, syncs, truncates, trims and closes; {@link #replay}, {@link
 * #readAround}, the plain questions and {@link #prepareNextFile} may be called by any thread meanwhile.
 *
 * <p>What throws {@link JournalFullException} has changed nothing, and neither has what throws {@link DiskFullException} as
 * long as the journal {@link #isUsable}: there was no room for the next file. After any other exception of a changing method
 * the journal takes no more changes: nothing is known of its end until it is opened again.
 */
public final class JournalFiles implements AutoCloseable {
    /** An entry's body is at most so long. */
    public static final int ENTRY_BYTES_MAX = 17 << 20;
    /** The bodies of one {@link #append} are together at most so long. */
    public static final int APPEND_BYTES_MAX = 40 << 20;
    /** One {@link #append} takes at most so many entries. */
    public static final int APPEND_ENTRIES_MAX = 65_536;

    private final FilePool pool;
    private final BlockIndex index;
    private final JournalWriter writer;
    private final boolean closedCleanly;
    private final BlockReader randomReader = new BlockReader();
    private boolean closed;

    JournalFiles(FilePool pool, BlockIndex index, JournalWriter writer, boolean closedCleanly) {
        this.pool = pool;
        this.index = index;
        this.writer = writer;
        this.closedCleanly = closedCleanly;
    }

    /**
     * Opens the journal in the directory, creating it if there is none, and finds its end. Cuts a torn tail; throws
     * {@link DamagedJournalException} if a block that had been acknowledged is missing. After an unclean stop the
     * entries behind the last proven sync are rewritten into a fresh file before this returns, so everything that can be
     * replayed is durable then; that may exceed the budget, and on a full disk without a spare file it throws {@link
     * DiskFullException}. The random numbers make salts.
     *
     * <p>The caller compares {@link #firstIndex} with what its checkpoint needs: only it knows what was trimmed.
     */
    public static JournalFiles open(Disk disk, Path directory, JournalSettings settings, RandomGenerator random) {
        return open(disk, directory, settings, random, 0);
    }

    /**
     * The same, and trims: entries below {@code neededIndex} are durable elsewhere. So that a journal which is never closed
     * cleanly does not grow by a file with each start, before there was time for a checkpoint.
     */
    public static JournalFiles open(
            Disk disk, Path directory, JournalSettings settings, RandomGenerator random, long neededIndex) {
        return JournalOpening.open(disk, directory, settings, random, neededIndex);
    }

    /**
     * Reads the journal in the directory, of which nothing is open, as {@link #open} and a replay from {@code neededIndex} on
     * would; changes nothing. Throws {@link DamagedJournalException} where these would, and nothing if there is none.
     */
    public static void check(Disk disk, Path directory, long neededIndex) {
        JournalOpening.check(disk, directory, neededIndex);
    }

    /**
     * Whether nothing is left of a journal in the directory, of which nothing is open: none was ever opened there, or its files are
     * gone. Throws {@link DamagedJournalException} if some are missing and others are not.
     */
    public static boolean isMissing(Disk disk, Path directory) {
        return JournalOpening.isMissing(disk, directory);
    }

    /** Index of the oldest entry that can be replayed; lastIndex + 1 if there is none. May be lower after a start than before. */
    public long firstIndex() {
        return writer.firstIndex();
    }

    /** Index of the newest entry, 0 if there never was one. */
    public long lastIndex() {
        return writer.lastIndex();
    }

    /** Term of the newest entry, 0 if there never was one. */
    public long lastTerm() {
        return writer.lastTerm();
    }

    /**
     * Newest entry that is known to be committed, by {@link #noteCommitted} of this or an earlier life; 0 if none is. It may be
     * older than what is, and never newer; any thread.
     */
    public long committedIndex() {
        return writer.committedIndex();
    }

    /**
     * Lets the blocks that are written from now on say that the entries up to the index, as far as they are before the block,
     * are committed for good. By the appending thread.
     */
    public void noteCommitted(long index) {
        writer.noteCommitted(index);
    }

    /** Whether the last stop wrote the closing block and nothing had to be cut. */
    public boolean wasClosedCleanly() {
        return closedCleanly;
    }

    /**
     * Hands over entries from {@code fromIndex} to the last there is when it begins, in order; the bodies are valid during
     * the call only. Throws {@link DamagedJournalException} at a block that cannot be read. While it runs, trimmed files
     * are not recycled.
     */
    public void replay(long fromIndex, Consumer<JournalEntry> consumer) {
        pool.replayStarts();
        try {
            BlockReader reader = new BlockReader();
            BlockIndex.Snapshot blocks = index.from(fromIndex, writer.lastIndex());
            for (int block = 0; block < blocks.size(); block++) {
                replayBlock(reader, blocks, block, fromIndex, consumer);
            }
        } finally {
            pool.replayEnds();
        }
    }

    /**
     * All live entries of the block that holds the entry, with bodies of their own on the heap; empty if there is no such
     * entry, or none any more. Throws {@link DamagedJournalException} if the block cannot be read. Any thread; while it
     * runs, trimmed files are not recycled.
     */
    public List<JournalEntry> readAround(long entryIndex) {
        pool.replayStarts();
        try {
            BlockIndex.Snapshot block = index.at(entryIndex, writer.lastIndex());
            List<JournalEntry> entries = new ArrayList<>();
            if (block.size() > 0 && entryIndex <= block.lastIndexOf(0)) {
                synchronized (randomReader) {
                    randomReader.forget();
                    replayBlock(randomReader, block, 0, 0, entry -> entries.add(onHeap(entry)));
                }
            }
            return entries;
        } finally {
            pool.replayEnds();
        }
    }

    private static JournalEntry onHeap(JournalEntry entry) {
        ByteBuffer body = ByteBuffer.allocate(entry.body().remaining());
        body.put(entry.body().duplicate()).flip();
        return new JournalEntry(entry.index(), entry.term(), entry.type(), body);
    }

    private void replayBlock(
            BlockReader reader,
            BlockIndex.Snapshot blocks,
            int block,
            long fromIndex,
            Consumer<JournalEntry> consumer) {
        long place = blocks.places()[block];
        JournalFile file = pool.replayed(BlockIndex.sequence(place));
        long nextIndex = blocks.firstIndexes()[block];
        for (JournalEntry entry : reader.entries(file, BlockIndex.filePosition(place))) {
            Check.check(entry.index() == nextIndex, "a block holds an entry with another index than its own");
            nextIndex++;
            if (entry.index() >= fromIndex && entry.index() <= blocks.lastIndexOf(block)) {
                consumer.accept(entry);
            }
        }
    }

    /**
     * Writes the entries as one block; durable on return if {@code sync}, with everything before them. The bodies are
     * neither copied nor changed. A failed write or sync throws and nothing may be appended after it.
     *
     * @throws JournalFullException if the budget has no room for the file that the block needs; nothing was written
     * @throws IllegalArgumentException if the entries are larger than the limits above
     */
    public void append(List<JournalEntry> entries, boolean sync) {
        append(entries, sync, false);
    }

    /**
     * The same, but makes the next file even if the budget has no room for it, for who can neither refuse the entries nor go
     * on without them. Once something was trimmed what is too much is deleted.
     */
    public void appendBeyondBudget(List<JournalEntry> entries, boolean sync) {
        append(entries, sync, true);
    }

    private void append(List<JournalEntry> entries, boolean sync, boolean mayExceedBudget) {
        if (entries.isEmpty()) {
            return;
        }
        check(entries);
        writer.appendEntries(entries, mayExceedBudget);
        if (sync) {
            writer.sync();
        }
    }

    /** Whether an {@link #append} of one entry with a body of so many bytes goes into the current file. By the appending thread. */
    public boolean hasRoomFor(int bodyBytes) {
        return writer.hasRoomFor(bodyBytes + BlockHeader.ENTRY_HEADER_BYTES);
    }

    private void check(List<JournalEntry> entries) {
        long bytes = 0;
        long nextIndex = writer.lastIndex() + 1;
        long term = writer.lastTerm();
        for (JournalEntry entry : entries) {
            Check.check(entry.index() == nextIndex, "appended entries follow the last one and each other");
            Check.check(entry.term() >= term, "terms of appended entries do not fall");
            if (entry.body().remaining() > ENTRY_BYTES_MAX) {
                throw new IllegalArgumentException("an entry of " + entry.body().remaining() + " bytes is too large");
            }
            bytes += entry.body().remaining();
            term = entry.term();
            nextIndex++;
        }
        if (bytes > APPEND_BYTES_MAX || entries.size() > APPEND_ENTRIES_MAX) {
            throw new IllegalArgumentException(entries.size() + " entries of " + bytes + " bytes do not fit a block");
        }
    }

    /**
     * Makes durable what was appended so far, from one thread besides the appending one, while appends go on: so {@link
     * #trimPrefix} to an entry before that need not sync on the appending thread.
     */
    public void syncAside() {
        writer.syncAside();
    }

    /** Syncs what was appended without. */
    public void sync() {
        writer.sync();
    }

    /** Removes entries above the index, which is at least firstIndex − 1, by appending a TRUNCATE block; durable on return. */
    public void truncateSuffix(long lastKeptIndex) {
        if (lastKeptIndex >= writer.lastIndex()) {
            return;
        }
        Check.check(lastKeptIndex >= writer.firstIndex() - 1, "entry %d was trimmed", lastKeptIndex);
        writer.appendCut(BlockType.TRUNCATE, lastKeptIndex, writer.termAt(lastKeptIndex));
    }

    /**
     * Entries below the index are no longer needed: files that hold nothing else are recycled, so that some of them may
     * stay. Beyond the end all entries go, durably, the next has that index and any term. Syncs if it is not known that
     * the first block that stays is durable.
     */
    public void trimPrefix(long firstKeptIndex) {
        if (firstKeptIndex > writer.lastIndex() + 1) {
            writer.appendCut(BlockType.RESET, firstKeptIndex - 1, 0);
        }
        writer.trimTo(firstKeptIndex);
    }

    /** Removes all entries, durably; the next has that index, below or above the last, and any term. */
    public void reset(long nextIndex) {
        writer.appendCut(BlockType.RESET, nextIndex - 1, 0);
        writer.trimTo(nextIndex);
    }

    /**
     * For idleness: syncs, and says so in a block, so that an unclean start has nothing to rewrite. Where there is no room
     * for the block it only syncs: the next start takes longer then, and one will follow the next entry.
     */
    public void appendProof() {
        appendIfThereIsRoom(BlockType.PROOF);
    }

    private void appendIfThereIsRoom(BlockType type) {
        try {
            writer.appendProof(type);
        } catch (JournalFullException | DiskFullException full) {
            if (!isUsable()) {
                throw full;
            }
        }
    }

    /** Whether it takes changes: neither closed, nor unsure of its end since a write or a sync failed. By the appending thread. */
    public boolean isUsable() {
        return !writer.isBroken();
    }

    /** Bytes of the blocks that were appended since the opening: one with a small entry takes 4 KiB; any thread. */
    public long writtenBytes() {
        return writer.writtenBytes();
    }

    /** Bytes of blocks from the entry to the end; 0 if there is no such entry yet. */
    public long bytesFrom(long fromIndex) {
        if (fromIndex > writer.lastIndex()) {
            return 0;
        }
        long place = index.placeOf(Math.max(fromIndex, writer.firstIndex()));
        return place < 0 ? 0 : pool.bytesFrom(BlockIndex.sequence(place), BlockIndex.filePosition(place));
    }

    /**
     * Zero-fills or recycles the next file ahead of need unless there is one or the budget has no room, and syncs full
     * files; deletes free ones above the budget. Called off the appending thread; if it throws anything but {@link
     * DiskFullException}, a sync failed and the journal is lost as after a failed append.
     */
    public void prepareNextFile() {
        // In this order: the next file may be needed before a full one is synced.
        pool.prepareNext();
        pool.syncFull();
        pool.shrinkToBudget();
    }

    /** Deletes all free files but the next, where the disk needs the room more; fails as {@link #prepareNextFile}. Any thread. */
    public void giveBack() {
        try {
            pool.shrinkTo(0);
        } catch (DiskFullException full) {
            // Where even a header that is written again needs space: nothing was deleted.
        }
    }

    /** Whether the budget is used up for the most part, so that something should be trimmed; any thread. */
    public boolean isTight() {
        return pool.isTight();
    }

    /**
     * Closes the files; {@code cleanly} first syncs and writes an empty block that proves everything before it durable. Throws
     * if that fails, but not for want of room for the block: then the next start takes this stop for an unclean one. Nothing
     * happens if it was closed.
     */
    public void close(boolean cleanly) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (cleanly) {
                appendIfThereIsRoom(BlockType.CLOSE);
            }
        } finally {
            writer.stop();
            pool.close();
        }
    }

    /** Closes the files without a closing block, as a stop in trouble does; throws {@link DiskException} if that fails. */
    @Override
    public void close() {
        close(false);
    }
}
