package io.sluice.protocol.kafka;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.BufferPool;
import io.sluice.common.ErrorCode;
import io.sluice.common.SharedBuffer;
import io.sluice.log.ReadSink;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.batch.BatchLayout;
import io.sluice.replication.ActiveProducer;
import io.sluice.replication.AppendCallback;
import io.sluice.replication.EpochEnd;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A partition in memory that shares its bytes as the real one does, and can be told to be cold, full, damaged. */
final class FakePartition implements Partition {
    private record Held(long base, long next, long maxTimestampMs, int epoch, int lengthBytes, SharedBuffer memory) {}

    private final Topic topic;
    private final int index;
    private final BufferPool pool;
    private final Executor apply;
    private final List<Held> batches = new ArrayList<>();
    private final List<GrowthListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();
    private long startOffset;
    private long endOffset;
    private long coldBelow;
    private int leaderEpoch = 3;
    private boolean hasRoom = true;
    private ErrorCode failure = ErrorCode.NONE;
    private RuntimeException readFailure;
    private RuntimeException callFailure;
    private boolean isHolding;
    private final List<Runnable> heldAppends = new ArrayList<>();
    private final List<Long> preparedOffsets = new CopyOnWriteArrayList<>();

    FakePartition(Topic topic, int index, BufferPool pool, Executor apply) {
        this.topic = topic;
        this.index = index;
        this.pool = pool;
        this.apply = apply;
    }

    synchronized void coldBelow(long offset) {
        coldBelow = offset;
    }

    /** Where readers of old records were said to go on. */
    List<Long> preparedOffsets() {
        return preparedOffsets;
    }

    synchronized void startAt(long offset) {
        startOffset = offset;
        endOffset = Math.max(endOffset, offset);
    }

    synchronized void failAppends(ErrorCode error) {
        failure = error;
    }

    /** Appends are taken but not committed from now on. */
    synchronized void hold() {
        isHolding = true;
    }

    /** Commits what is held. */
    synchronized void letGo() {
        isHolding = false;
        heldAppends.forEach(apply::execute);
        heldAppends.clear();
    }

    /** Appends and reads from memory throw this. */
    synchronized void failCalls(RuntimeException exception) {
        callFailure = exception;
    }

    private synchronized void throwCallFailure() {
        if (callFailure != null) {
            throw callFailure;
        }
    }

    synchronized void failReads(RuntimeException exception) {
        readFailure = exception;
        coldBelow = exception == null ? 0 : Long.MAX_VALUE;
    }

    synchronized void leaderEpoch(int epoch) {
        leaderEpoch = epoch;
    }

    void room(boolean isThere) {
        List<Runnable> woken;
        synchronized (this) {
            hasRoom = isThere;
            woken = isThere ? List.copyOf(waitingForRoom) : List.of();
            waitingForRoom.removeAll(woken);
        }
        woken.forEach(Runnable::run);
    }

    synchronized boolean isAwaited() {
        return !waitingForRoom.isEmpty();
    }

    int listenerCount() {
        return listeners.size();
    }

    synchronized void releaseAll() {
        batches.forEach(batch -> batch.memory().release());
        batches.clear();
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public synchronized long startOffset() {
        return startOffset;
    }

    @Override
    public synchronized long endOffset() {
        return endOffset;
    }

    @Override
    public synchronized int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public synchronized long sizeBytes() {
        return batches.stream().mapToLong(Held::lengthBytes).sum();
    }

    @Override
    public synchronized EpochEnd endOfEpoch(int epoch) {
        if (epoch >= leaderEpoch) {
            return new EpochEnd(leaderEpoch, endOffset);
        }
        EpochEnd end = new EpochEnd(-1, -1);
        for (Held batch : batches) {
            if (batch.epoch() <= epoch) {
                end = new EpochEnd(batch.epoch(), batch.next());
            }
        }
        return end;
    }

    @Override
    public synchronized boolean hasRoom() {
        return hasRoom;
    }

    @Override
    public void whenRoom(Runnable task) {
        synchronized (this) {
            if (!hasRoom) {
                waitingForRoom.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public void append(ByteBuffer batch, Executor executor, AppendCallback callback) {
        throwCallFailure();
        SharedBuffer copy = pool.take(batch.remaining());
        int lengthBytes = batch.remaining();
        copy.memory().duplicate().put(batch.duplicate());
        Runnable commit = () -> commit(copy, lengthBytes, executor, callback);
        synchronized (this) {
            if (isHolding) {
                heldAppends.add(commit);
                return;
            }
        }
        apply.execute(commit);
    }

    private void commit(SharedBuffer copy, int lengthBytes, Executor executor, AppendCallback callback) {
        ErrorCode error;
        long base;
        synchronized (this) {
            error = failure;
            base = endOffset;
            if (error == ErrorCode.NONE) {
                ByteBuffer memory = copy.memory();
                long next = base + memory.getInt(BatchLayout.LAST_OFFSET_DELTA) + 1;
                batches.add(new Held(
                        base, next, memory.getLong(BatchLayout.MAX_TIMESTAMP), leaderEpoch, lengthBytes, copy));
                endOffset = next;
            }
        }
        if (error == ErrorCode.NONE) {
            listeners.forEach(listener -> listener.grew(lengthBytes));
            executor.execute(() -> callback.completed(ErrorCode.NONE, base, startOffset()));
        } else {
            copy.release();
            executor.execute(() -> callback.completed(error, -1, startOffset()));
        }
    }

    @Override
    public synchronized long readMemory(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        throwCallFailure();
        return offset < coldBelow ? -1 : read(offset, maxBytes, atLeastOne, sink);
    }

    @Override
    public synchronized long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        if (readFailure != null) {
            throw readFailure;
        }
        return read(offset, maxBytes, atLeastOne, sink);
    }

    private long read(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        long next = offset;
        int given = 0;
        for (Held batch : batches) {
            if (batch.next() <= offset) {
                continue;
            }
            if (given + batch.lengthBytes() > maxBytes && !(atLeastOne && given == 0)) {
                break;
            }
            give(batch, sink);
            given += batch.lengthBytes();
            next = batch.next();
        }
        return next;
    }

    private static void give(Held batch, ReadSink sink) {
        ByteBuffer head = sink.reserve(BatchLayout.FRESH_BYTES);
        head.putLong(batch.base());
        head.putInt(batch.lengthBytes() - BatchLayout.LENGTH_OVERHEAD);
        head.putInt(batch.epoch());
        ByteBuffer rest = batch.memory().memory().duplicate();
        rest.limit(batch.lengthBytes()).position(BatchLayout.FRESH_BYTES);
        sink.share(rest, batch.memory());
    }

    @Override
    public synchronized CompletableFuture<Result<Long>> deleteRecords(long beforeOffset) {
        if (beforeOffset < -1 || beforeOffset > endOffset) {
            return CompletableFuture.completedFuture(Result.failed(ErrorCode.OFFSET_OUT_OF_RANGE));
        }
        startOffset = Math.max(startOffset, beforeOffset == -1 ? endOffset : beforeOffset);
        return CompletableFuture.completedFuture(Result.of(startOffset));
    }

    @Override
    public CompletableFuture<List<ActiveProducer>> activeProducers() {
        return CompletableFuture.completedFuture(List.of(new ActiveProducer(9, (short) 1, 4, 1_000)));
    }

    @Override
    public synchronized boolean isBelowTail(long offset) {
        return offset < coldBelow;
    }

    @Override
    public synchronized void prepare(long offset) {
        preparedOffsets.add(offset);
    }

    @Override
    public synchronized Optional<TimestampedOffset> findByTime(long timestampMs) {
        if (readFailure != null) {
            throw readFailure;
        }
        return batches.stream()
                .filter(batch -> batch.maxTimestampMs() >= timestampMs)
                .findFirst()
                .map(batch -> new TimestampedOffset(batch.base(), batch.maxTimestampMs(), batch.epoch()));
    }

    @Override
    public synchronized Optional<TimestampedOffset> findMaxTimestamp() {
        return batches.stream()
                .max(java.util.Comparator.comparingLong(Held::maxTimestampMs))
                .map(batch -> new TimestampedOffset(batch.base(), batch.maxTimestampMs(), batch.epoch()));
    }

    @Override
    public void addListener(GrowthListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(GrowthListener listener) {
        listeners.remove(listener);
    }

    void close(ErrorCode reason) {
        listeners.forEach(listener -> listener.closed(reason));
    }
}
