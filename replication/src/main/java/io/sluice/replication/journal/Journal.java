package io.sluice.replication.journal;

import io.sluice.common.Histogram;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What makes entries durable, in one order. Nobody above knows whether it is a file of this node or a raft group.
 *
 * <p>Life: {@link #replay} once, then {@link #start}; from then on it takes entries from the source and reports to the
 * listener, on threads of its own; at the end {@link #stop}. These three are the owner's, one after the other; any thread
 * asks the rest.
 */
public interface Journal {
    /** Index of the newest committed entry, 0 if there never was one. */
    long lastIndex();

    /** Term in which this node leads once started. */
    long term();

    /** Whether the last stop left nothing to doubt: only then may the last checkpoint be trusted to be all there is. */
    boolean wasStoppedCleanly();

    /**
     * Hands over committed entries from the index on, oldest first; bodies are valid during the call only. Entries below the
     * index are in a checkpoint; where the journal ends below it, for it promised less than the checkpoint, the next entry
     * gets that index. Throws {@link DamagedJournalException} if an entry from the index on is missing or unreadable.
     */
    void replay(long fromIndex, Consumer<CommittedEntry> consumer);

    /**
     * Begins to take and commit entries. What the disk or the listener throws ends the thread it is thrown on, and with it
     * the process.
     */
    void start(SubmissionSource source, JournalListener listener);

    /**
     * Commits what the source has on the calling thread, with the sync that was promised, if that is little and nothing else
     * is on its way: two threads need not be woken then, and nobody waits for this one meanwhile. Answers whether it did; the
     * listener has heard of it on this thread.
     * Called by one thread at a time, between {@link #start} and the end of {@link #stop}.
     */
    default boolean commitHere() {
        return false;
    }

    /** Whether {@link #commitHere} waits for no device, as far as can be told from the last commit; any thread. */
    default boolean commitsWithoutWaiting() {
        return false;
    }

    /** Entries at or below the index are in a durable checkpoint, and need not be kept. May block for a sync; one thread at a time. */
    void checkpointed(long index);

    /** Bytes behind the last checkpoint, which a start would replay, roughly. */
    long bytesSinceCheckpoint();

    /** Whether most of the space that the journal may use is used up, so that a checkpoint would be timely. */
    default boolean isTight() {
        return false;
    }

    /** Deletes what is kept for later use only, where the disk has no room for anything else. May block for a sync. */
    default void giveBack() {}

    /** Bytes of entries written since the start. */
    long appendedBytes();

    /** Syncs of entries since the start. */
    long syncs();

    /** How long each block took to write and, where the shard promises it, to sync; empty if there is no disk. */
    default Optional<Histogram> writeTimes() {
        return Optional.empty();
    }

    /**
     * Takes what the source still has, and closes; the listener has heard of every submission when this returns. {@code
     * cleanly} only if a checkpoint of the last entry is durable.
     */
    void stop(boolean cleanly);
}
