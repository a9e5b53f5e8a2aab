package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Partition;
import io.sluice.common.ErrorCode;
import io.sluice.network.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One Fetch from request to answer.
 *
 * <pre>
 *   look ──enough, error, no wait──► answer
 *    │ ▲
 *    │ └── grown by what was missing, partition closed, memory came back
 *    └──too little──► wait ──time is up, connection ends or drains──► look a last time ──► answer
 * </pre>
 *
 * Owner: the connection's event loop, but for {@link #grew} and {@link #closed}, which only count and hand over, and for
 * a cold read, during which a blocking thread owns the targets.
 */
final class FetchCall implements Partition.GrowthListener {
    /**
     * A fetch gets so large a part of the answer memory that is left: readers that do not take their answers make those
     * of others smaller, and exhaust the memory only when there are very many of them.
     */
    private static final int SHARES = 8;

    private static final long SHARE_BYTES_MIN = 64 << 10;
    /** Fewer partitions are not worth counting. */
    private static final int COUNTED_TARGETS = 100;

    /** Shorter answers without records are not worth counting. */
    private static final int COUNTED_BYTES_MIN = 64 << 10;

    private static final long TARGET_BYTES = 120;

    private final FetchHandler handler;
    private final RequestHeader header;
    private final FetchRequest request;
    private final FetchContext context;
    private final KafkaConnection connection;
    private final EventLoop loop;
    private final Answer answer;
    private final ClientUse use;
    private final Runnable onEnd = this::lastLook;
    private final Runnable onWake = this::look;
    private final AtomicLong missingBytes = new AtomicLong();
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final List<Partition> listenedTo = new ArrayList<>();
    private java.util.concurrent.@Nullable Future<?> timer;
    private final int parkedTargets;
    private long parkedBytes;
    private long takenBytes;
    private boolean isLast;
    private boolean isReading;
    private boolean isOver;

    FetchCall(
            FetchHandler handler,
            RequestHeader header,
            FetchRequest request,
            FetchContext context,
            KafkaConnection connection) {
        this.handler = handler;
        this.header = header;
        this.request = request;
        this.context = context;
        this.connection = connection;
        loop = connection.channel().eventLoop();
        answer = connection.newAnswer();
        use = connection.use();
        parkedTargets = context.targets().size();
        connection.parked(parkedTargets);
    }

    void start() {
        if (context.error() != ErrorCode.NONE || context.targets().isEmpty()) {
            finish(List.of(), null, use.requestRestMs());
            return;
        }
        isLast = request.maxWaitMs() <= 0 || request.minBytes() <= 0 || !takeParkedMemory();
        connection.onEnd(onEnd);
        look();
    }

    @Override
    public void grew(int lengthBytes) {
        if (missingBytes.addAndGet(-lengthBytes) <= 0) {
            wake();
        }
    }

    @Override
    public void closed(ErrorCode reason) {
        wake();
    }

    private void wake() {
        if (isWoken.compareAndSet(false, true)) {
            connection.execute(onWake);
        }
    }

    /** The wait is over: time is up, or the connection closes or drains. */
    private void lastLook() {
        isLast = true;
        look();
    }

    private void look() {
        if (isOver || isReading) {
            return;
        }
        try {
            lookNow();
        } catch (RuntimeException | OutOfMemoryError e) {
            // Also for want of buffers, which the process survives: the client must not wait for ever.
            fail(e);
        }
    }

    private void lookNow() {
        stopListening();
        if (connection.isClosed()) {
            abandon();
            return;
        }
        Broker view = connection.client().broker();
        boolean hasError = false;
        boolean hasRecords = false;
        for (FetchTarget target : context.targets()) {
            target.check(view, request);
            hasError |= target.error() != ErrorCode.NONE || target.divergence() != null || target.isElsewhere();
            hasRecords |= target.hasRecords();
        }
        isLast |= hasError;
        if (hasRecords) {
            read();
        } else {
            decide(null);
        }
    }

    private void read() {
        MemoryBudget memory = connection.listener().answerMemory();
        if (!answer.isFirst() && memory.freeBytes() < memory.limitBytes() / 2) {
            // What it read would be held behind an answer that may itself wait for memory.
            answer.whenFirst(() -> connection.execute(onWake));
            return;
        }
        int restMs = use.fetchRestMs(wantedBytes());
        if (restMs > 0) {
            finish(List.of(), null, restMs);
            return;
        }
        long granted = takeMemory();
        if (granted == 0) {
            // Nobody is refused for want of memory: the look comes again when some socket has taken its answer.
            connection.listener().answerMemory().whenFree(() -> connection.execute(onWake));
            return;
        }
        FetchRead read =
                new FetchRead(context.targets(), granted, connection.channel().alloc());
        if (isReadFromMemory(read)) {
            decide(read);
        } else {
            isReading = true;
        }
    }

    /** False if a blocking thread reads on and ends the read later. */
    private boolean isReadFromMemory(FetchRead read) {
        try {
            if (read.readMemory()) {
                return true;
            }
            handler.blocking().execute(() -> readOnBlockingThread(read));
            return false;
        } catch (RuntimeException | OutOfMemoryError e) {
            read.sink().release();
            throw e;
        }
    }

    private void readOnBlockingThread(FetchRead read) {
        Throwable failure = null;
        long startedNs = connection.listener().clock().nanoTime();
        try {
            read.readBlocking();
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = e;
        }
        Throwable failed = failure;
        long workedNs = connection.listener().clock().nanoTime() - startedNs;
        connection.execute(() -> {
            if (use.isTimed()) {
                use.worked(workedNs);
            }
            readEnded(read, failed);
        });
    }

    private void readEnded(FetchRead read, @Nullable Throwable failure) {
        isReading = false;
        if (connection.isClosed()) {
            read.sink().release();
            abandon();
            return;
        }
        if (failure != null) {
            read.sink().release();
            fail(failure);
            return;
        }
        for (FetchTarget target : context.targets()) {
            isLast |= target.error() != ErrorCode.NONE;
        }
        try {
            decide(read);
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(e);
        }
    }

    /** A failure of ours: each partition tells of it, and the connection goes on. */
    private void fail(Throwable cause) {
        giveMemoryBack();
        if (isOver) {
            connection.fail(header.toString(), cause);
            return;
        }
        connection.report(header.toString(), cause);
        context.targets().forEach(target -> target.fail(ErrorCode.UNKNOWN_SERVER_ERROR));
        finish(context.targets(), null, use.requestRestMs());
    }

    private void decide(@Nullable FetchRead read) {
        long foundBytes = read == null ? 0 : read.sink().lengthBytes();
        long enoughBytes =
                Math.min(Math.min(request.minBytes(), answerBytesMax()), use.fetchBytesMax(request.minBytes()));
        boolean isEnough = foundBytes >= enoughBytes || (read != null && read.isFull());
        if (isLast || isEnough || connection.isDraining()) {
            finish(context.targets(), read, Math.max(use.fetched(foundBytes), use.requestRestMs()));
            return;
        }
        if (read != null) {
            read.sink().release();
        }
        giveMemoryBack();
        await(enoughBytes - foundBytes);
    }

    private void await(long missing) {
        missingBytes.set(missing);
        isWoken.set(false);
        for (FetchTarget target : context.targets()) {
            Partition partition = target.partition();
            if (partition != null) {
                listenedTo.add(partition);
                partition.addListener(this);
            }
        }
        if (timer == null) {
            timer = loop.schedule(this::lastLook, request.maxWaitMs(), TimeUnit.MILLISECONDS);
        }
        for (FetchTarget target : context.targets()) {
            Partition partition = target.partition();
            boolean hasMoved = partition != null
                    && (partition.endOffset() != target.endOffset()
                            || partition.topic().isDeleted());
            if (hasMoved) {
                wake();
                return;
            }
        }
    }

    private void stopListening() {
        for (Partition partition : listenedTo) {
            partition.removeListener(this);
        }
        listenedTo.clear();
    }

    /** What a client names may wait with it only as long as all that waits has room; a session's is bounded by itself. */
    private boolean takeParkedMemory() {
        if (parkedTargets < COUNTED_TARGETS || context.isIncremental()) {
            return true;
        }
        long wantedBytes = parkedTargets * TARGET_BYTES;
        boolean isTaken = connection.listener().parkedMemory().tryTake(wantedBytes);
        parkedBytes = isTaken ? wantedBytes : 0;
        return isTaken;
    }

    private long takeMemory() {
        MemoryBudget memory = connection.listener().answerMemory();
        long wanted =
                Math.min(use.fetchBytesMax(wantedBytes()), Math.max(SHARE_BYTES_MIN, memory.freeBytes() / SHARES));
        takenBytes = memory.takeUpTo(wanted);
        return takenBytes;
    }

    private long wantedBytes() {
        long targetBytes = 0;
        for (FetchTarget target : context.targets()) {
            targetBytes += target.hasRecords() ? Math.max(1, target.bytesMax) : 0;
        }
        return Math.min(answerBytesMax(), targetBytes);
    }

    private int answerBytesMax() {
        return Math.min(
                Math.max(1, request.maxBytes()), connection.listener().limits().fetchBytesMax());
    }

    private void giveMemoryBack() {
        connection.listener().answerMemory().giveBack(takenBytes);
        takenBytes = 0;
    }

    private void finish(Iterable<FetchTarget> targets, @Nullable FetchRead read, int restMs) {
        end();
        connection.mute(restMs);
        FetchSession session = context.session();
        List<FetchTarget> told = new ArrayList<>();
        List<FetchTarget> served = new ArrayList<>();
        for (FetchTarget target : targets) {
            if (!context.isIncremental() || target.hasNews()) {
                target.told();
                told.add(target);
            }
            if (session != null && target.recordsBytes() > 0) {
                served.add(target);
            }
        }
        List<ByteBuf> parts = new FetchAnswer(header, request, context.error(), sessionId(told), restMs)
                .encode(told, read, connection.channel().alloc());
        told.forEach(this::prepareNext);
        if (session != null) {
            session.rotate(served);
            session.release();
        }
        answer.complete(parts, keepMemoryUntilSent(parts));
    }

    /** While the client looks at old records, the disk can bring those it will ask for next. */
    private void prepareNext(FetchTarget target) {
        Partition partition = target.partition();
        if (partition != null && target.recordsBytes() > 0 && partition.isBelowTail(target.reachedOffset())) {
            long next = target.reachedOffset();
            handler.blocking().execute(() -> partition.prepare(next));
        }
    }

    /**
     * What is held from now on is what the answer has, which can be more than was granted: by one large batch, and by the
     * heads of very many partitions.
     */
    private Runnable keepMemoryUntilSent(List<ByteBuf> parts) {
        MemoryBudget memory = connection.listener().answerMemory();
        long answerBytes = Answer.lengthBytes(parts);
        long heldBytes = takenBytes == 0 && answerBytes < COUNTED_BYTES_MIN ? 0 : answerBytes;
        long spareBytes = takenBytes - heldBytes;
        takenBytes = 0;
        if (spareBytes > 0) {
            memory.giveBack(spareBytes);
        } else if (spareBytes < 0) {
            memory.take(-spareBytes);
        }
        return heldBytes == 0 ? () -> {} : () -> memory.giveBack(heldBytes);
    }

    private int sessionId(List<FetchTarget> told) {
        FetchSession session = context.session();
        if (session == null && context.wantsSession() && !told.isEmpty()) {
            session = handler.sessions().create(told, request.isByTopicId());
        }
        return session == null ? 0 : session.id;
    }

    /** Ends without an answer: the connection is gone. */
    private void abandon() {
        end();
        giveMemoryBack();
        FetchSession session = context.session();
        if (session != null) {
            session.release();
        }
    }

    private void end() {
        isOver = true;
        stopListening();
        if (timer != null) {
            timer.cancel(false);
        }
        connection.forgetOnEnd(onEnd);
        connection.parked(-parkedTargets);
        if (parkedBytes > 0) {
            connection.listener().parkedMemory().giveBack(parkedBytes);
            parkedBytes = 0;
        }
    }
}
