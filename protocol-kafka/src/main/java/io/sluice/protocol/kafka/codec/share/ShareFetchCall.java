package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Run;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import io.sluice.protocol.kafka.codec.ClientConnection;
import io.sluice.protocol.kafka.codec.ColdContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one ShareFetch.
 *
 * <pre>
 *   round: ask one partition after the other ──records, error──► read their bytes ──► answer
 *     ▲ └──nothing──► wait for work in any of them ──time is up, client wants something else──► answer without
 *     └────────────────┘
 * </pre>
 *
 * Nothing is handed out to a fetch that waits, so it can end its wait at any time. Steps run one after the other, on
 * whichever thread the broker answers; bytes are read on a thread that may block.
 */
final class ShareFetchCall {
    private static final Logger LOG = LoggerFactory.getLogger(ShareFetchCall.class);

    /** Bytes of one answer, roughly: it is built in memory. */
    private static final int ANSWER_BYTES_MAX = 8 << 20;

    /** The broker looks so far ahead at least; it must not look through megabytes for a few small records. */
    private static final int LOOK_BYTES_MIN = 128 << 10;

    private static final byte RECORD_LIMIT = 1;

    /** Others may be faster again and again; then the client asks anew. */
    private static final int ROUNDS_MAX = 3;

    private final ShareFetchRequestData request;
    private final ColdContext context;
    private final Broker broker;
    private final ShareSessions sessions;
    private final ShareSession session;
    private final List<Place> places;
    private final List<Taken> taken = new ArrayList<>();
    private final List<Fetched> fetched = new ArrayList<>();
    private final CompletableFuture<List<Fetched>> answer = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended;
    private int rounds;
    private int next;
    private int recordsLeft;
    private int bytesLeft;

    ShareFetchCall(
            ShareFetchRequestData request, ColdContext context, ShareSessions sessions, ShareSessions.Opened opened) {
        this.request = request;
        this.context = context;
        this.broker = context.broker();
        this.sessions = sessions;
        this.session = opened.session();
        this.places = opened.places();
        this.ended = request.maxWaitMs() <= 0
                ? CompletableFuture.completedFuture(true)
                : context.client().keepWaiting().thenApply(hurried -> true);
    }

    /**
     * What a partition gave.
     *
     * @param place the partition
     * @param error why it gave nothing
     * @param runs what is the member's now
     * @param lockMs for so long
     * @param records batches that hold it
     */
    record Fetched(Place place, ErrorCode error, List<Run> runs, long lockMs, ByteBuffer records) {
        static Fetched failed(Place place, ErrorCode error) {
            return new Fetched(place, error, List.of(), 0, ByteBuffer.allocate(0));
        }
    }

    private record Taken(Place place, Partition partition, Acquired acquired) {}

    /** The records, empty if there are none in time. */
    CompletableFuture<List<Fetched>> start() {
        if (!ended.isDone()) {
            ended.completeOnTimeout(true, request.maxWaitMs(), TimeUnit.MILLISECONDS);
        }
        beginRound();
        return answer;
    }

    private void beginRound() {
        rounds++;
        next = 0;
        recordsLeft = Math.max(1, request.maxRecords());
        bytesLeft = Math.min(Math.max(1, request.maxBytes()), ANSWER_BYTES_MAX);
        goOn();
    }

    /** Asks partitions as long as there is room in the answer. A loop where it can be one: there may be very many. */
    private void goOn() {
        while (next < places.size() && recordsLeft > 0 && bytesLeft > 0) {
            Place place = places.get(next);
            next++;
            Result<Partition> partition = SharedPartition.find(broker, place);
            if (!partition.isOk()) {
                fetched.add(Fetched.failed(place, partition.error()));
                continue;
            }
            CompletableFuture<Result<Acquired>> acquired = broker.deliveries().acquire(acquire(place, partition.get()));
            if (!acquired.isDone()) {
                acquired.whenComplete((result, failure) -> acquiredLater(place, partition.get(), result, failure));
                return;
            }
            took(place, partition.get(), acquired.join());
        }
        endRound();
    }

    private Acquire acquire(Place place, Partition partition) {
        ClientConnection client = context.client();
        DeliveryGroup group = place.of(session.groupId);
        Limit limit = request.shareAcquireMode() == RECORD_LIMIT ? Limit.EXACT : Limit.WHOLE_BATCHES;
        return new Acquire(group, session.memberId, recordsLeft, bytesMax(partition), limit, 0, client::hasEnded);
    }

    /** Twice what so many records take on average, if that is less than there is room for. */
    private int bytesMax(Partition partition) {
        long records = Math.max(1, partition.endOffset() - partition.startOffset());
        long recordBytes = Math.ceilDiv(partition.sizeBytes(), records);
        return (int) Math.min(bytesLeft, Math.max(LOOK_BYTES_MIN, 2L * recordsLeft * recordBytes));
    }

    private void acquiredLater(
            Place place, Partition partition, @Nullable Result<Acquired> result, @Nullable Throwable failure) {
        try {
            if (result == null) {
                throw new IllegalStateException("nothing was acquired", failure);
            }
            took(place, partition, result);
            goOn();
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private void took(Place place, Partition partition, Result<Acquired> result) {
        if (!result.isOk()) {
            fetched.add(Fetched.failed(place, result.error()));
            return;
        }
        List<Run> runs = result.get().runs();
        if (!runs.isEmpty()) {
            sessions.served(session, place);
            taken.add(new Taken(place, partition, result.get()));
            for (Run run : runs) {
                recordsLeft -= (int) Math.min(Integer.MAX_VALUE / 2, run.lastOffset() - run.firstOffset() + 1);
            }
        }
    }

    private void endRound() {
        if (!taken.isEmpty()) {
            context.door().blocking().execute(this::readAll);
        } else if (!fetched.isEmpty() || ended.isDone() || rounds > ROUNDS_MAX) {
            answer.complete(fetched);
        } else {
            awaitWork();
        }
    }

    private void awaitWork() {
        List<CompletableFuture<ErrorCode>> waits = new ArrayList<>(places.size());
        for (Place place : places) {
            waits.add(broker.deliveries().awaitWork(place.of(session.groupId)));
        }
        AtomicBoolean isOver = new AtomicBoolean();
        Runnable wake = () -> {
            if (isOver.compareAndSet(false, true)) {
                waits.forEach(wait -> wait.cancel(false));
                if (ended.isDone()) {
                    answer.complete(fetched);
                } else {
                    beginAgain();
                }
            }
        };
        // One after the other: whichever is first ends all waits, those that are not listened to yet as well.
        ended.thenRun(wake);
        waits.forEach(wait -> wait.whenComplete((work, failure) -> wake.run()));
    }

    private void beginAgain() {
        try {
            beginRound();
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private void readAll() {
        try {
            taken.forEach(each -> fetched.add(read(each)));
            answer.complete(fetched);
        } catch (RuntimeException | OutOfMemoryError e) {
            answer.completeExceptionally(e);
        }
    }

    private static Fetched read(Taken taken) {
        try {
            List<Run> runs = taken.acquired().runs();
            ByteBuffer records = new ShareRecords(runs).read(taken.partition());
            return new Fetched(
                    taken.place(), ErrorCode.NONE, runs, taken.acquired().lockMs(), records);
        } catch (DamagedLogException e) {
            LOG.debug("damaged log partition={} reason={}", taken.place(), e.getMessage());
            return Fetched.failed(taken.place(), ErrorCode.CORRUPT_MESSAGE);
        } catch (DiskException e) {
            LOG.error("cannot read partition={}", taken.place(), e);
            return Fetched.failed(taken.place(), ErrorCode.STORAGE_ERROR);
        }
    }
}
