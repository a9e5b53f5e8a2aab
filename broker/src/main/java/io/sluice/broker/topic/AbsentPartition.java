package io.sluice.broker.topic;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.append.Appender;
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

/**
 * A partition that is not here: of a topic that was deleted before anybody asked for it, of a shard that other nodes keep,
 * or one that is not open yet. Empty, and it takes nothing. Immutable; any thread.
 *
 * @param reason what everybody is told who wants something of it
 */
record AbsentPartition(Topic topic, int index, Appender appender, ErrorCode reason) implements Partition {
    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public ErrorCode checkLeader() {
        return reason;
    }

    @Override
    public long startOffset() {
        return 0;
    }

    @Override
    public long endOffset() {
        return 0;
    }

    @Override
    public int leaderEpoch() {
        return 0;
    }

    @Override
    public long sizeBytes() {
        return 0;
    }

    @Override
    public EpochEnd endOfEpoch(int leaderEpoch) {
        return new EpochEnd(-1, -1);
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void whenRoom(Runnable task) {
        task.run();
    }

    @Override
    public void append(ByteBuffer batch, Executor executor, AppendCallback callback) {
        appender.refuse(reason, -1, executor, callback);
    }

    @Override
    public CompletableFuture<Result<Long>> deleteRecords(long beforeOffset) {
        return CompletableFuture.completedFuture(Result.failed(reason));
    }

    @Override
    public long readMemory(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return offset;
    }

    @Override
    public long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return offset;
    }

    @Override
    public boolean isBelowTail(long offset) {
        return false;
    }

    @Override
    public void prepare(long offset) {
        // Nothing will be read.
    }

    @Override
    public Optional<TimestampedOffset> findByTime(long timestampMs) {
        return Optional.empty();
    }

    @Override
    public Optional<TimestampedOffset> findMaxTimestamp() {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<List<ActiveProducer>> activeProducers() {
        return CompletableFuture.completedFuture(List.of());
    }

    /** Told of the end at once, on the caller's thread. */
    @Override
    public void addListener(GrowthListener listener) {
        listener.closed(reason);
    }

    @Override
    public void removeListener(GrowthListener listener) {}
}
