package io.sluice.replication.journal;

import io.sluice.common.Histogram;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What makes entries durable, in one order. Nobody above knows whether it is a file of this node or a raft group.
 *
 * <p>Life: {@link #replay} once, then {@link #start}; from then on it takes entries from the source and reports to the
 * listener.
 */
public interface Journal {
    /** Index of the newest committed entry. */
    long lastIndex();

    /** Term in which this node leads once started. */
    long term();

    /** Whether the last stop left nothing to doubt: only then may the last checkpoint be trusted to be all there is. */
    boolean wasStoppedCleanly();

    /** Hands over committed entries from the index on; bodies are valid during the call only. */
    void replay(long fromIndex, Consumer<CommittedEntry> consumer);

    /** Begins to take and commit entries. */
    void start(SubmissionSource source, JournalListener listener);

    /** Entries at or below the index are in a durable checkpoint; any thread. */
    void checkpointed(long index);

    /** Bytes from the entry to the end, roughly; any thread. */
    long bytesSinceCheckpoint();

    /** Bytes appended and synced since start; any thread. */
    long appendedBytes();

    /** Syncs since start; any thread. */
    long syncs();

    /** How long each block took to write and, where the shard promises it, to sync; empty if there is no disk. Any thread. */
    default Optional<Histogram> writeTimes() {
        return Optional.empty();
    }

    /** Commits what the source still has, and closes; {@code cleanly} only if a checkpoint of the last entry is durable. */
    void stop(boolean cleanly);
}
