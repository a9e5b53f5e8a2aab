package io.sluice.replication.journal;

import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The local journal's files: a chain of sync blocks in preallocated, recycled files. One thread appends, truncates and
 * trims; {@link #replay} runs on any thread, also meanwhile.
 */
public final class JournalFiles implements AutoCloseable {
    private JournalFiles() {}

    /**
     * Opens the journal in the directory, creating it if there is none, and finds its end. Cuts a torn tail; throws
     * {@link DamagedJournalException} if a block that had been acknowledged is damaged. After an unclean stop the
     * entries behind the last proven sync are rewritten into a fresh file before this returns.
     */
    public static JournalFiles open(Disk disk, Path directory, JournalSettings settings, RandomGenerator random) {
        throw new IllegalStateException();
    }

    /** Index of the oldest entry that can be replayed; lastIndex + 1 if there is none. */
    public long firstIndex() {
        return 1;
    }

    /** Index of the newest entry, 0 if there never was one. */
    public long lastIndex() {
        return 0;
    }

    /** Term of the newest entry, 0 if there never was one. */
    public long lastTerm() {
        return 0;
    }

    /** Whether the last stop wrote the closing block and nothing had to be cut. */
    public boolean wasClosedCleanly() {
        return true;
    }

    /** Hands over entries from {@code fromIndex} to the last, in order; the bodies are valid during the call only. */
    public void replay(long fromIndex, Consumer<JournalEntry> consumer) {}

    /** Writes the entries as one block; durable on return if {@code sync}. A failed sync throws and nothing may be appended after it. */
    public void append(List<JournalEntry> entries, boolean sync) {}

    /** Syncs what was appended without. */
    public void sync() {}

    /** Writes an empty block that proves everything before it durable. */
    public void close(boolean cleanly) {}

    /** Removes entries above the index by appending a TRUNCATE block. */
    public void truncateSuffix(long lastKeptIndex) {}

    /** Entries below the index are no longer needed: whole files are recycled. At or beyond the end it resets to that index. */
    public void trimPrefix(long firstKeptIndex) {}

    /** Empty block for idleness: proves the previous blocks durable. */
    public void appendProof() {}

    /** Bytes of blocks from the entry to the end. */
    public long bytesFrom(long index) {
        return 0;
    }

    /** Zero-fills or recycles the next file ahead of need; called off the appending thread. */
    public void prepareNextFile() {}

    @Override
    public void close() {
        close(false);
    }
}
