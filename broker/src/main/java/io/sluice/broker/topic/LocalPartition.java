package io.sluice.broker.topic;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.append.Appender;
import io.sluice.broker.read.ReadRange;
import io.sluice.common.ErrorCode;
import io.sluice.log.ReadSink;
import io.sluice.log.TimestampedOffset;
import io.sluice.replication.ActiveProducer;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.AppendListener;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.EpochEnd;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A partition of this node. Listens to its replica from the first waiter on and passes growth to all of them; the list
 * of waiters is replaced, never changed, so that the apply thread reads it without a lock.
 */
final class LocalPartition implements Partition, AppendListener {
    private static final GrowthListener[] NOBODY = {};
    private static final long EVERYTHING = -1;

    private final LocalTopic topic;
    private final PartitionReplica replica;
    private final PartitionPaths paths;
    private volatile GrowthListener[] listeners = NOBODY;
    private volatile boolean isClosed;
    private boolean isListening;

    LocalPartition(LocalTopic topic, PartitionReplica replica, PartitionPaths paths) {
        this.topic = topic;
        this.replica = replica;
        this.paths = paths;
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public int index() {
        return replica.index();
    }

    /** Not where its shard went away from this node, or its topic is gone. */
    @Override
    public boolean isHere() {
        return !replica.isDropped();
    }

    /** The shard that it lies in. */
    int shardId() {
        return replica.shard().id();
    }

    boolean isOf(PartitionReplica other) {
        return replica == other;
    }

    @Override
    public ErrorCode checkLeader() {
        return replica.isLeading() ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    @Override
    public ErrorCode checkReader(long offset, boolean mayFollow) {
        if (replica.isLeading()) {
            return ErrorCode.NONE;
        }
        if (!mayFollow) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        return offset > replica.endOffset() ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.NONE;
    }

    @Override
    public long startOffset() {
        return replica.startOffset();
    }

    @Override
    public long endOffset() {
        return replica.endOffset();
    }

    @Override
    public int leaderEpoch() {
        return replica.leaderEpoch();
    }

    @Override
    public long sizeBytes() {
        return replica.sizeBytes();
    }

    @Override
    public EpochEnd endOfEpoch(int leaderEpoch) {
        return replica.endOfEpoch(leaderEpoch);
    }

    @Override
    public boolean hasRoom() {
        return replica.shard().hasRoom();
    }

    @Override
    public void whenRoom(Runnable task) {
        replica.shard().whenRoom(task);
    }

    @Override
    public void append(ByteBuffer batch, Executor executor, AppendCallback callback) {
        if (topic.isDeleted()) {
            paths.appender().refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1, executor, callback);
            return;
        }
        if (topic.isStream()) {
            Appender.Target stream = (checked, handOver, told) ->
                    paths.streams().get().append(replica.topicId(), checked, handOver, told);
            paths.appender().append(replica, topic.rules(), batch, executor, callback, stream);
            return;
        }
        paths.appender().append(replica, topic.rules(), batch, executor, callback);
    }

    @Override
    public CompletableFuture<Result<Long>> deleteRecords(long beforeOffset) {
        if (topic.isStream()) {
            return CompletableFuture.completedFuture(Result.failed(
                    ErrorCode.POLICY_VIOLATION, "topic " + topic.name() + " is a stream, which XTRIM trims"));
        }
        if (!topic.settings().cleanup().deletes()) {
            return CompletableFuture.completedFuture(Result.failed(
                    ErrorCode.POLICY_VIOLATION, "the cleanup.policy of topic " + topic.name() + " does not delete"));
        }
        long startOffset = beforeOffset == EVERYTHING ? replica.endOffset() : beforeOffset;
        if (startOffset < 0 || startOffset > replica.endOffset()) {
            return CompletableFuture.completedFuture(Result.failed(ErrorCode.OFFSET_OUT_OF_RANGE));
        }
        var entry = new ControlEntry.AdvanceStart(replica.topicId(), replica.index(), startOffset);
        return replica.shard().propose(entry).thenApply(error -> switch (error) {
            case NONE -> Result.of(replica.startOffset());
            case UNKNOWN_TOPIC_ID -> Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
            default -> Result.failed(error);
        });
    }

    @Override
    public long readMemory(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return paths.reads().readMemory(replica, new ReadRange(offset, maxBytes, atLeastOne), sink);
    }

    @Override
    public long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return paths.reads().readBlocking(replica, new ReadRange(offset, maxBytes, atLeastOne), sink);
    }

    /** As {@link PartitionReplica#keepKeys}. */
    void keepKeys(boolean isWanted) {
        replica.keepKeys(isWanted);
    }

    @Override
    public boolean isBelowTail(long offset) {
        return replica.isBelowTail(offset);
    }

    @Override
    public void prepare(long offset) {
        replica.prepare(offset);
    }

    @Override
    public Optional<TimestampedOffset> findByTime(long timestampMs) {
        return replica.findByTime(timestampMs);
    }

    @Override
    public Optional<TimestampedOffset> findMaxTimestamp() {
        return replica.findMaxTimestamp();
    }

    @Override
    public CompletableFuture<List<ActiveProducer>> activeProducers() {
        return replica.activeProducers();
    }

    /** A listener that comes after the end is told at once, on the caller's thread. */
    @Override
    public void addListener(GrowthListener listener) {
        synchronized (this) {
            GrowthListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
            more[listeners.length] = listener;
            listeners = more;
            if (!isListening) {
                isListening = true;
                replica.addListener(this);
            }
        }
        // In this order: whoever is registered before the deletion hears of it from the replica.
        if (isClosed || topic.isDeleted()) {
            listener.closed(reasonOfClosing());
        }
    }

    @Override
    public synchronized void removeListener(GrowthListener listener) {
        for (int i = 0; i < listeners.length; i++) {
            if (listeners[i] == listener) {
                GrowthListener[] fewer = Arrays.copyOf(listeners, listeners.length - 1);
                System.arraycopy(listeners, i + 1, fewer, i, fewer.length - i);
                listeners = fewer.length == 0 ? NOBODY : fewer;
                return;
            }
        }
    }

    @Override
    public void appended(PartitionReplica partition, long endOffset, int lengthBytes) {
        for (GrowthListener listener : listeners) {
            listener.grew(lengthBytes);
        }
    }

    @Override
    public void closed(PartitionReplica partition) {
        isClosed = true;
        for (GrowthListener listener : listeners) {
            listener.closed(reasonOfClosing());
        }
    }

    /** Who waits asks again, and is told where the leader is. */
    @Override
    public void leadershipChanged(PartitionReplica partition) {
        for (GrowthListener listener : listeners) {
            listener.closed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    private ErrorCode reasonOfClosing() {
        return topic.isDeleted() ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }
}
