package io.sluice.replication;

import io.sluice.common.TopicId;
import io.sluice.log.ReadSink;
import io.sluice.log.TimestampedOffset;
import java.util.Optional;

/**
 * One partition as this node has it: the committed log with its in-memory tail. Changed by the shard's apply thread
 * only; every method here may be called by any thread.
 */
public final class PartitionReplica {
    private PartitionReplica() {}

    /** Its topic. */
    public TopicId topicId() {
        throw new IllegalStateException();
    }

    /** Its number in the topic. */
    public int index() {
        return 0;
    }

    /** The shard that holds it. */
    public Shard shard() {
        throw new IllegalStateException();
    }

    /** First offset readers get. */
    public long startOffset() {
        return 0;
    }

    /** Offset after the last committed record. */
    public long endOffset() {
        return 0;
    }

    /** Epoch of the leader, which batches appended now get. */
    public int leaderEpoch() {
        return 0;
    }

    /** How often history was lost (an {@code os} partition in a power cut): with the topic id the epoch that push protocols show. */
    public int lossCount() {
        return 0;
    }

    /** Bytes in segments and tail, roughly. */
    public long sizeBytes() {
        return 0;
    }

    /** Where the epoch ended, <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-320">KIP-320</a>. */
    public EpochEnd endOfEpoch(int leaderEpoch) {
        return new EpochEnd(-1, -1);
    }

    /**
     * Reads whole batches from the one that holds the offset if they are in memory. Answers the offset after the last
     * batch given ({@code offset} itself if it is the end), or −1 if the offset lies before what memory holds: then
     * {@link #readBlocking} off the event loop. Never blocks.
     */
    public long readTail(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return -1;
    }

    /** The same from disk and memory; may block. Throws DamagedLogException. */
    public long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return -1;
    }

    /** The first record whose timestamp is at least this; may block. */
    public Optional<TimestampedOffset> findByTime(long timestampMs) {
        return Optional.empty();
    }

    /** The first record with the largest timestamp; may block. */
    public Optional<TimestampedOffset> findMaxTimestamp() {
        return Optional.empty();
    }

    /** Offset below which records are older than the time or above the size, for retention; the start offset if none; may block. */
    public long retentionOffset(long olderThanMs, long keepBytes) {
        return 0;
    }

    /** Registers a listener; look at {@link #endOffset()} afterwards, since an append may just have passed. */
    public void addListener(AppendListener listener) {}

    /** Removes it; one more call may be under way. */
    public void removeListener(AppendListener listener) {}
}
