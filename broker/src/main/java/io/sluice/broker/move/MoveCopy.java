package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.BatchRewriter;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One move, by the leader of the new shard: copies, seals, copies the rest, adopts. Every look begins with what is, so another
 * leader goes on where this one ended. Owner: one thread, which waits.
 */
final class MoveCopy {
    private static final Logger LOG = LoggerFactory.getLogger(MoveCopy.class);
    /** Each is several times on the heap of both nodes until it is durable. */
    private static final int READ_BYTES = 256 << 10;

    private static final long PAUSE_MS = 100;
    private static final long ANSWER_SECONDS_MAX = 30;

    /** A read that compaction got ahead of finds nothing; so often in a row it does not. */
    private static final int EMPTY_READS_MAX = 50;

    private final PartitionMove begun;
    private final LocalTopics topics;
    private final MoveShards shards;
    private final MoveSource source;
    private final Pace pace;
    private long copiedBytes;
    private Optional<Piece.Origin> origin = Optional.empty();
    private int emptyReads;

    /**
     * How fast it may go.
     *
     * @param bytesPerSecond asked at every read, since it may change
     * @param isOver whether this node stops
     */
    record Pace(Clock clock, DoubleSupplier bytesPerSecond, BooleanSupplier isOver) {}

    MoveCopy(PartitionMove begun, LocalTopics topics, MoveShards shards, MoveSource source, Pace pace) {
        this.begun = begun;
        this.topics = topics;
        this.shards = shards;
        this.source = source;
        this.pace = pace;
    }

    /** What came of one step. */
    private enum Outcome {
        GOES_ON,
        PAUSES,
        ENDS
    }

    /** Until the partition has arrived, the move is over, or this node does not lead the new shard any more. */
    void run() throws InterruptedException {
        long beganNs = pace.clock().nanoTime();
        Outcome outcome = Outcome.GOES_ON;
        while (outcome != Outcome.ENDS && !pace.isOver().getAsBoolean()) {
            outcome = step();
            if (outcome == Outcome.PAUSES) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(pace.clock().nanoTime() - beganNs);
        LOG.info("copied of {} bytes={} ms={}", what(), copiedBytes, tookMs);
    }

    private String what() {
        return "id=" + begun.topicId() + " partition=" + begun.partition() + " from shard=" + begun.from()
                + " to shard=" + begun.to();
    }

    private Outcome step() throws InterruptedException {
        Optional<PartitionMove> known =
                topics.moves().move(begun.topicId(), begun.partition()).filter(move -> move.number() == begun.number());
        Optional<Shard> shard = shards.kept(begun.to()).filter(Shard::isLeading);
        if (known.isEmpty() || shard.isEmpty()) {
            return Outcome.ENDS;
        }
        try {
            return switch (known.get().stage()) {
                case COPYING -> copy(shard.get());
                case SEALED -> adopt(shard.get(), known.get().cut());
                case ADOPTED -> Outcome.ENDS;
            };
        } catch (CompletionException failure) {
            LOG.debug("a step of the move of {} failed; it is tried again", what(), failure);
            return Outcome.PAUSES;
        }
    }

    private Outcome copy(Shard shard) throws InterruptedException {
        PartitionReplica copy = copyIn(shard);
        long beganNs = pace.clock().nanoTime();
        Result<Piece> read = whole(copy == null ? 0 : copy.endOffset());
        if (!read.isOk()) {
            return Outcome.PAUSES;
        }
        Piece piece = read.get();
        if (copy == null) {
            origin = Optional.of(piece.origin());
            return begin(shard, piece);
        }
        if (piece.isCompacted() && !origin.equals(Optional.of(piece.origin()))) {
            return beginAgain();
        }
        if (!isCopied(piece, copy.endOffset())) {
            Outcome put = piece.bytes().hasRemaining() ? put(shard, copy, piece) : foundNothing(shard, copy, piece);
            if (put != Outcome.GOES_ON) {
                return put;
            }
        }
        if (piece.isSealed()) {
            return copy.endOffset() == piece.endOffset() ? bringGroups(shard, piece) : Outcome.GOES_ON;
        }
        if (copy.endOffset() >= piece.endOffset()) {
            // What came since the question is little.
            return seal();
        }
        hold(piece.bytes().remaining(), beganNs);
        return Outcome.GOES_ON;
    }

    private static boolean isCopied(Piece piece, long endOffset) {
        return !piece.bytes().hasRemaining() && piece.endOffset() <= endOffset && piece.startOffset() <= endOffset;
    }

    /** There is something to be copied, and the read did not give it. */
    private Outcome foundNothing(Shard shard, PartitionReplica copy, Piece piece) throws InterruptedException {
        if (!piece.isCompacted()) {
            return takeBack(GaplessBatches.gone(copy.endOffset()));
        }
        if (piece.startOffset() > copy.endOffset()) {
            return put(shard, copy, GaplessBatches.gap(copy.endOffset(), piece.startOffset(), copy.latestEpoch()));
        }
        emptyReads++;
        return emptyReads < EMPTY_READS_MAX ? Outcome.PAUSES : takeBack(GaplessBatches.gone(copy.endOffset()));
    }

    private @Nullable PartitionReplica copyIn(Shard shard) {
        PartitionReplica found = shard.partitionOf(begun.number(), begun.topicId(), begun.partition());
        return found == null || found.arrivingBy() != begun.number() ? null : found;
    }

    /** Batches from the offset on; one that is larger than a message comes in several. */
    private Result<Piece> whole(long offset) {
        Result<Piece> first = read(offset, 0);
        if (!first.isOk() || first.get().isWhole()) {
            return first;
        }
        Piece piece = first.get();
        if (piece.wholeBytes() > BatchRewriter.BATCH_BYTES_MAX) {
            return Result.failed(ErrorCode.RECORD_LIST_TOO_LARGE);
        }
        Result<ByteBuffer> all = piece.join(skipBytes -> read(offset, skipBytes));
        return all.isOk() ? Result.of(piece.with(piece.wholeBytes(), all.get())) : Result.failed(all.error());
    }

    private Result<Piece> read(long offset, int skipBytes) {
        return source.read(begun, offset, READ_BYTES, skipBytes).join();
    }

    private Outcome begin(Shard shard, Piece piece) {
        Optional<LocalTopics.TopicSegments> segments = topics.segments(begun.topicId());
        boolean isServed = shard.partition(begun.topicId(), begun.partition()) != null;
        // Groups of an earlier copy must be gone when this one begins: nothing else is certain of it if there are none
        // to come.
        if (segments.isEmpty() || isServed || groups().forget(shard) != ErrorCode.NONE) {
            return Outcome.PAUSES;
        }
        var arrive = new ControlEntry.Arrive(
                begun.topicId(),
                segments.get().version(),
                begun.partition(),
                begun.number(),
                firstOffset(piece),
                segments.get().settings());
        return shard.propose(arrive).join() == ErrorCode.NONE ? Outcome.GOES_ON : Outcome.PAUSES;
    }

    /** Where compaction left nothing at the beginning, clients may stand there nevertheless. */
    private static long firstOffset(Piece piece) {
        if (piece.bytes().remaining() < BatchLayout.RECORDS) {
            return piece.isCompacted() ? piece.startOffset() : Math.max(piece.startOffset(), piece.endOffset());
        }
        long baseOffset = BatchHeader.baseOffset(piece.bytes(), 0);
        return piece.isCompacted() ? Math.min(piece.startOffset(), baseOffset) : baseOffset;
    }

    private Outcome put(Shard shard, PartitionReplica copy, Piece piece) throws InterruptedException {
        emptyReads = 0;
        Result<List<ByteBuffer>> batches =
                GaplessBatches.of(piece.bytes(), copy.endOffset(), copy.latestEpoch(), piece.isCompacted());
        return batches.isOk() ? put(shard, copy, batches.get()) : takeBack(batches.message());
    }

    /** Complete when all of it is durable. */
    private Outcome put(Shard shard, PartitionReplica copy, List<ByteBuffer> batches) throws InterruptedException {
        List<CompletableFuture<ErrorCode>> answers = new ArrayList<>(batches.size());
        for (ByteBuffer batch : batches) {
            awaitRoom(shard);
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            shard.importBatch(copy, batch, Runnable::run, (error, baseOffset, startOffset) -> answer.complete(error));
            answers.add(answer);
            copiedBytes += batch.remaining();
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
        return answers.stream().allMatch(each -> each.join() == ErrorCode.NONE) ? Outcome.GOES_ON : Outcome.PAUSES;
    }

    private void awaitRoom(Shard shard) throws InterruptedException {
        while (!shard.hasRoom() && !pace.isOver().getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void hold(int bytes, long beganNs) throws InterruptedException {
        double wantedNs = bytes / pace.bytesPerSecond().getAsDouble() * TimeUnit.SECONDS.toNanos(1);
        long leftNs = (long) Math.min(wantedNs, TimeUnit.SECONDS.toNanos(ANSWER_SECONDS_MAX))
                - (pace.clock().nanoTime() - beganNs);
        if (leftNs > 0) {
            TimeUnit.NANOSECONDS.sleep(leftNs);
        }
    }

    private Outcome seal() {
        return source.seal(begun).join().isOk() ? Outcome.GOES_ON : Outcome.PAUSES;
    }

    private GroupsCopy groups() {
        return new GroupsCopy(begun, source, shards.groups());
    }

    /** Before there is no way back: what does not fit here stays where it is. */
    private Outcome bringGroups(Shard shard, Piece piece) {
        Result<Integer> brought = groups().bring(shard);
        if (brought.error() == ErrorCode.POLICY_VIOLATION) {
            return takeBack(brought.message());
        }
        return brought.isOk() ? sealed(piece) : Outcome.PAUSES;
    }

    private Outcome sealed(Piece at) {
        var cut = new PartitionMove.Cut(at.endOffset(), at.startOffset(), at.leaderEpoch(), at.lossCount());
        return topics.moveSealed(begun, cut).join().isOk() ? Outcome.GOES_ON : Outcome.PAUSES;
    }

    private Outcome adopt(Shard shard, PartitionMove.Cut cut) {
        PartitionReplica found = shard.partitionOf(begun.number(), begun.topicId(), begun.partition());
        if (found == null || !found.isArrivedBy(begun.number())) {
            var adopt = new ControlEntry.Adopt(
                    begun.topicId(),
                    begun.partition(),
                    begun.number(),
                    cut.endOffset(),
                    cut.startOffset(),
                    cut.epochBase(),
                    cut.lossCount());
            ErrorCode error = shard.propose(adopt).join();
            if (error != ErrorCode.NONE) {
                LOG.warn("the partition is not adopted yet, will be tried again: {} {}", what(), error);
                return Outcome.PAUSES;
            }
        }
        return topics.moveAdopted(begun).join().isOk() ? Outcome.ENDS : Outcome.PAUSES;
    }

    /**
     * Some records of the copy may be from before a pass over the old log, and the tombstones behind them gone with it or never
     * on this replica: then what was deleted would be there again.
     */
    private Outcome beginAgain() {
        LOG.info("the move of {} begins again: the compacted log is another one than before", what());
        return topics.beginMoveAgain(begun).join().isOk() ? Outcome.ENDS : Outcome.PAUSES;
    }

    private Outcome takeBack(String reason) {
        LOG.warn("the move of {} is taken back: {}", what(), reason);
        return topics.takeMoveBack(begun).join().isOk() ? Outcome.ENDS : Outcome.PAUSES;
    }
}
