package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import io.sluice.log.ReadSink;
import io.sluice.log.TimestampedOffset;
import io.sluice.replication.ActiveProducer;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.EpochEnd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One partition: append, read, wait. Any thread; only methods that say so block. */
public interface Partition {
    /** Its topic. */
    Topic topic();

    /** Its number in the topic. */
    int index();

    /** Whether this node keeps it; if not, whoever finds it again may find it here. */
    default boolean isHere() {
        return true;
    }

    /** NONE if this node leads it, else NOT_LEADER_OR_FOLLOWER. */
    default ErrorCode checkLeader() {
        return ErrorCode.NONE;
    }

    /**
     * Whether a reader at the offset is served here: NONE; NOT_LEADER_OR_FOLLOWER unless this node leads it or the reader
     * {@code mayFollow}, too; OFFSET_NOT_AVAILABLE for what lies behind the end of a node that does not lead, because the
     * leader may have it. <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-392">KIP-392</a>.
     */
    default ErrorCode checkReader(long offset, boolean mayFollow) {
        return checkLeader();
    }

    /** First offset readers get. */
    long startOffset();

    /** Offset after the last committed record. */
    long endOffset();

    /** Epoch of the leader. */
    int leaderEpoch();

    /** Bytes held, roughly. */
    long sizeBytes();

    /** Where the epoch ended. */
    EpochEnd endOfEpoch(int leaderEpoch);

    /**
     * Where the epoch ended, for a client that believes {@code currentEpoch} to be the leader's, −1 if it does not know:
     * FENCED_LEADER_EPOCH if the leader has a newer one, UNKNOWN_LEADER_EPOCH if an older one; NOT_LEADER_OR_FOLLOWER. A requested epoch above the
     * leader's has the end (−1, −1). Needs DESCRIBE on the topic.
     * <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-320">KIP-320</a>.
     */
    default Result<EpochEnd> endOfEpoch(int leaderEpoch, int currentEpoch) {
        ErrorCode elsewhere = checkLeader();
        ErrorCode mismatch = elsewhere == ErrorCode.NONE ? checkEpoch(currentEpoch) : elsewhere;
        return mismatch == ErrorCode.NONE ? Result.of(endOfEpoch(leaderEpoch)) : Result.failed(mismatch);
    }

    /** Whether a client's idea of the leader's epoch is right, −1 if it has none: NONE, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH. */
    default ErrorCode checkEpoch(int currentEpoch) {
        int ours = leaderEpoch();
        if (currentEpoch == -1 || currentEpoch == ours) {
            return ErrorCode.NONE;
        }
        return currentEpoch < ours ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    /** Whether appends are taken now; if not, stop reading from the client until {@link #whenRoom} runs its task. */
    boolean hasRoom();

    /** Runs the task once there is room; on any thread: it hands over only. */
    void whenRoom(Runnable task);

    /**
     * Checks, stamps and appends one record batch v2: position to limit of {@code batch} is exactly one batch; its CRC
     * and layout are checked here. The bytes may be stamped in place (LogAppendTime) and are copied before this
     * returns. The answer comes on {@code executor}, never inside this call. Batches of one
     * thread for one partition commit in its order.
     */
    void append(ByteBuffer batch, Executor executor, AppendCallback callback);

    /**
     * Gives up the records below the offset, −1 for all there are; durable when the answer comes, which is the new first
     * offset: never lower than before. OFFSET_OUT_OF_RANGE if the offset lies behind the end, POLICY_VIOLATION if the topic's
     * cleanup.policy does not delete. The answer comes on any thread, inside this call too: whoever waits hands over. Needs
     * DELETE on the topic. <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-107">KIP-107</a>.
     */
    CompletableFuture<Result<Long>> deleteRecords(long beforeOffset);

    /** As {@code PartitionReplica.readMemory}: never blocks, −1 if {@link #readBlocking} is needed. */
    long readMemory(long offset, int maxBytes, boolean atLeastOne, ReadSink sink);

    /** As {@code PartitionReplica.readBlocking}: may block. */
    long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink);

    /** Whether the records at the offset have left memory: who goes on there does well to {@link #prepare}. Never blocks. */
    boolean isBelowTail(long offset);

    /** Brings what a reader will want next who goes through old records, and now goes on at the offset, into memory; may block. */
    void prepare(long offset);

    /** The first record whose timestamp is at least this; may block. */
    Optional<TimestampedOffset> findByTime(long timestampMs);

    /** The first record with the largest timestamp; may block. */
    Optional<TimestampedOffset> findMaxTimestamp();

    /** The idempotent producers it remembers; answered on the shard's apply thread. Needs READ on the topic. */
    CompletableFuture<List<ActiveProducer>> activeProducers();

    /** Hears of growth until removed; see {@link GrowthListener}. */
    void addListener(GrowthListener listener);

    /** Removes it; one more call may be under way. */
    void removeListener(GrowthListener listener);

    /** Hears of growth, on the shard's apply thread: it counts and hands over, and never blocks. */
    interface GrowthListener {
        /** So many bytes were appended; readers can see them now. */
        void grew(int lengthBytes);

        /** Whoever waits must look again: the partition is gone or no longer served here. */
        void closed(ErrorCode reason);
    }
}
