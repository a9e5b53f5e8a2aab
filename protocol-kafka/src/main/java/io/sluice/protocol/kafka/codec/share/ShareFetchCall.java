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
import io.sluice.protocol.kafka.codec.RecordParts;
import io.sluice.protocol.kafka.codec.share.ShareRecords.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * whichever thread the broker answers; bytes are read on the event loop if they are in memory, else on a thread that may block.
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
    private final ShareSettling settling;
    private final List<Taken> taken = new ArrayList<>();
    private final List<Fetched> fetched = new ArrayList<>();
    private final CompletableFuture<List<Fetched>> answer = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended;
    private int rounds;
    private int next;
    private int read;
    private int recordsLeft;
    private int bytesLeft;

    ShareFetchCall(
            ShareFetchRequestData request,
            ColdContext context,
            ShareSessions sessions,
            ShareSessions.Opened opened,
            ShareSettling settling) {
        this.request = request;
        this.context = context;
        this.broker = context.broker();
        this.sessions = sessions;
        this.session = opened.session();
        this.places = opened.places();
        this.settling = settling;
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
    record Fetched(Place place, ErrorCode error, List<Run> runs, long lockMs, RecordParts records) {
        /** Lets go of the records' memory, where no answer does. */
        void release() {
            records.release();
        }

        static Fetched failed(Place place, ErrorCode error) {
            return new Fetched(place, error, List.of(), 0, RecordParts.NONE);
        }
    }

    private record Taken(Place place, Partition partition, Acquired acquired) {
        Fetched with(RecordParts records) {
            return new Fetched(place, ErrorCode.NONE, acquired.runs(), acquired.lockMs(), records);
        }
    }

    /** The records, empty if there are none in time; tells what the request says of others as well. */
    CompletableFuture<List<Fetched>> start() {
        if (request.minBytes() > 1 && !ended.isDone()) {
            settling.say();
            endInTime();
            awaitBytes();
            return answer;
        }
        beginRound();
        settling.say();
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
            CompletableFuture<Result<Acquired>> acquired = settling.sayAndAcquire(acquire(place, partition.get()));
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
        return (int) Math.min(bytesLeft, Math.max(LOOK_BYTES_MIN, 2L * recordsLeft * recordBytes(partition)));
    }

    private static long recordBytes(Partition partition) {
        long records = Math.max(1, partition.endOffset() - partition.startOffset());
        return Math.ceilDiv(partition.sizeBytes(), records);
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
            // While the acknowledgements are synced, for which the answer waits.
            context.loop().execute(this::readMemory);
        } else if (!fetched.isEmpty() || ended.isDone() || rounds > ROUNDS_MAX) {
            answer.complete(fetched);
        } else {
            awaitWork();
        }
    }

    private void endInTime() {
        ended.completeOnTimeout(true, request.maxWaitMs(), TimeUnit.MILLISECONDS);
    }

    /** Waits until all partitions together have as much as the client wants at least, or its time is up. */
    private void awaitBytes() {
        List<CompletableFuture<Result<Long>>> asked = places.stream()
                .map(place -> broker.deliveries().workBytes(place.of(session.groupId)))
                .toList();
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> guarded(() ->
                        awaitMore(asked.stream().map(CompletableFuture::join).toList())));
    }

    private void awaitMore(List<Result<Long>> found) {
        boolean isAny = found.stream().allMatch(Result::isOk);
        long missing = request.minBytes()
                - (isAny ? found.stream().mapToLong(Result::get).sum() : 0);
        if (!isAny || missing <= 0 || ended.isDone() || found.isEmpty()) {
            beginRound();
            return;
        }
        // Once all is there one of them at least has grown by its part of what is missing.
        long part = Math.ceilDiv(missing, found.size());
        List<CompletableFuture<ErrorCode>> waits = new ArrayList<>(found.size());
        for (int i = 0; i < found.size(); i++) {
            waits.add(broker.deliveries()
                    .awaitWork(places.get(i).of(session.groupId), found.get(i).get() + part));
        }
        whenAny(waits, () -> {
            if (ended.isDone()) {
                beginRound();
            } else {
                awaitBytes();
            }
        });
    }

    /** Ends all waits when the first has ended, or the time is up. */
    private void whenAny(List<CompletableFuture<ErrorCode>> waits, Runnable then) {
        AtomicBoolean isOver = new AtomicBoolean();
        Runnable wake = () -> {
            if (isOver.compareAndSet(false, true)) {
                waits.forEach(wait -> wait.cancel(false));
                guarded(then);
            }
        };
        // One after the other: whichever is first ends all waits, those that are not listened to yet as well.
        ended.thenRun(wake);
        waits.forEach(wait -> wait.whenComplete((work, failure) -> wake.run()));
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private void awaitWork() {
        if (rounds == 1) {
            endInTime();
        }
        List<CompletableFuture<ErrorCode>> waits = new ArrayList<>(places.size());
        for (Place place : places) {
            waits.add(broker.deliveries().awaitWork(place.of(session.groupId)));
        }
        whenAny(waits, () -> {
            if (ended.isDone()) {
                answer.complete(fetched);
            } else {
                beginRound();
            }
        });
    }

    /** On the event loop: what needs the disk is left to a thread that may block, and all that comes behind it. */
    private void readMemory() {
        try {
            while (read < taken.size()) {
                Taken each = taken.get(read);
                Optional<RecordParts> records = recordsOf(each).readMemory();
                if (records.isEmpty()) {
                    context.door().blocking().execute(this::readBlocking);
                    return;
                }
                fetched.add(each.with(records.get()));
                read++;
            }
            answer.complete(fetched);
        } catch (RuntimeException | OutOfMemoryError e) {
            failReading(e);
        }
    }

    private void readBlocking() {
        try {
            while (read < taken.size()) {
                fetched.add(readBlocking(taken.get(read)));
                read++;
            }
            answer.complete(fetched);
        } catch (RuntimeException | OutOfMemoryError e) {
            failReading(e);
        }
    }

    private void failReading(Throwable failure) {
        fetched.forEach(Fetched::release);
        answer.completeExceptionally(failure);
    }

    private ShareRecords recordsOf(Taken taken) {
        Partition partition = taken.partition();
        Source memory = (offset, maxBytes, sink) -> {
            long reached = partition.readMemory(offset, maxBytes, true, sink);
            return reached >= 0
                    ? reached
                    : broker.deliveries().readHandedOut(taken.place().of(session.groupId), offset, maxBytes, sink);
        };
        Source disk = (offset, maxBytes, sink) -> partition.readBlocking(offset, maxBytes, true, sink);
        return new ShareRecords(taken.acquired().runs(), partition::startOffset, recordBytes(partition), memory, disk);
    }

    private Fetched readBlocking(Taken taken) {
        try {
            return taken.with(recordsOf(taken).readBlocking());
        } catch (DamagedLogException e) {
            LOG.debug("damaged log partition={} reason={}", taken.place(), e.getMessage());
            return Fetched.failed(taken.place(), ErrorCode.CORRUPT_MESSAGE);
        } catch (DiskException e) {
            LOG.error("cannot read partition={}", taken.place(), e);
            return Fetched.failed(taken.place(), ErrorCode.STORAGE_ERROR);
        }
    }
}
