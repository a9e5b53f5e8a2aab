package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.Compacted;
import io.sluice.log.CompactionDebt;
import io.sluice.log.DamagedLogException;
import io.sluice.log.LogPlace;
import io.sluice.log.PartitionLog;
import io.sluice.log.ReadSink;
import io.sluice.log.SegmentSettings;
import io.sluice.log.StoredBatch;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * One partition as this node has it: the committed log with its in-memory tail. Changed by the shard's apply thread
 * only; every public method may be called by any thread. What an empty partition does not need is made at first use.
 */
public final class PartitionReplica implements LogPlace {
    private static final AppendListener[] NO_LISTENERS = {};
    private static final int READ_ATTEMPTS_MAX = 16;

    /** What readers are told of who get much at once: more than anybody waits for. */
    private static final int INSTALLED_BYTES = 1 << 30;

    private final Shard shard;
    private final TopicId topicId;
    private final int index;
    private volatile PartitionLog log;
    private volatile long startOffset;
    private volatile long endOffset;

    /** End of the records that the last durable checkpoint names. */
    private volatile long checkpointedEnd;

    private volatile int epochBase;
    private volatile int lossCount;
    private volatile boolean isDropped;
    private volatile Residence residence;
    private volatile EpochHistory epochs;
    private volatile @Nullable PartitionTail tail;
    private volatile AppendListener[] listeners = NO_LISTENERS;
    private volatile @Nullable ProducerTable producers;
    private boolean changedSinceCapture;

    /** A partition as an open entry or a checkpoint describes it; {@code log} makes what keeps its records, in the place given. */
    PartitionReplica(Shard shard, PartitionImage image, Function<LogPlace, PartitionLog> log) {
        this.shard = shard;
        this.topicId = image.topicId();
        this.index = image.index();
        this.residence = image.residence();
        this.log = log.apply(this);
        this.startOffset = image.startOffset();
        this.endOffset = image.endOffset();
        this.checkpointedEnd = image.endOffset();
        this.epochBase = image.epochBase();
        this.lossCount = image.lossCount();
        this.epochs = image.epochs().size() == 1
                ? shard.epochs(image.epochs().latestEpoch(), image.epochs().startOffset(0))
                : image.epochs();
        this.producers = image.producers();
    }

    /** Its topic. */
    public TopicId topicId() {
        return topicId;
    }

    /** Its number in the topic. */
    public int index() {
        return index;
    }

    /** Itself, because an object for the path would be more than what it says. */
    @Override
    public Path directory() {
        return shard.table().directory(topicId, index, residence.arrival());
    }

    /** The shard that holds it. */
    public Shard shard() {
        return shard;
    }

    /** First offset readers get. */
    public long startOffset() {
        return startOffset;
    }

    /** Offset after the last committed record. */
    public long endOffset() {
        return endOffset;
    }

    /** Epoch of the leader, which batches appended now get. */
    public int leaderEpoch() {
        return epochBase + (int) shard.term();
    }

    /** Leader epoch of the newest batch, −1 if it never had one. */
    public int latestEpoch() {
        return epochs.latestEpoch();
    }

    /**
     * Whether this node leads the partition: then {@link #endOffset} is its end. Elsewhere others may have been given more
     * already, so that an offset behind the end is none of which anything is known.
     */
    public boolean isLeading() {
        return shard.leadership().isHere() && isHome();
    }

    /** Whether it is read and written here, and not about to be so in another shard. */
    public boolean isHome() {
        return residence.stage() == Residence.Stage.HOME;
    }

    /** Number of the move that has sealed it, 0 if none has. */
    public long sealedFor() {
        return residence.sealedFor();
    }

    /** Number of the move that brings it here, while nobody sees it yet; else 0. */
    public long arrivingBy() {
        return residence.stage() == Residence.Stage.ARRIVING ? residence.arrival() : 0;
    }

    /** Whether it was in another shard before. */
    public boolean hasMoved() {
        return residence.arrival() != 0;
    }

    /** Whether that move, which is over for this shard, has brought it here. */
    public boolean isArrivedBy(long move) {
        return residence.isVisible() && residence.arrival() == move;
    }

    Residence residence() {
        return residence;
    }

    /** How often history was lost (an {@code os} partition in a power cut): with the topic id the epoch that push protocols show. */
    public int lossCount() {
        return lossCount;
    }

    /** Whether the partition was dropped: it answers nothing any more. */
    public boolean isDropped() {
        return isDropped;
    }

    /** Bytes in segments and tail, roughly. */
    public long sizeBytes() {
        PartitionTail current = tail;
        return log.sizeBytes() + (current == null ? 0 : current.unwrittenBytes());
    }

    /** Where the epoch ended, <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-320">KIP-320</a>. */
    public EpochEnd endOfEpoch(int leaderEpoch) {
        return epochs.endOf(leaderEpoch, leaderEpoch(), endOffset);
    }

    /**
     * Reads whole batches from the one that holds the offset if they are in memory. Answers the offset after the last
     * batch given ({@code offset} itself if it is the end), or −1 if memory does not hold the offset: then
     * {@link #readBlocking} off the event loop. Never blocks.
     */
    public long readMemory(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        long fromTail = readTail(offset, maxBytes, atLeastOne, sink);
        return fromTail >= 0 ? fromTail : log.readPrepared(offset, maxBytes, atLeastOne, log.endOffset(), sink);
    }

    /** Whether a reader that goes on at the offset needs the disk, because it has left memory behind the records there. */
    public boolean isBelowTail(long offset) {
        PartitionTail current = tail;
        return offset < endOffset && (current == null || current.isAbove(offset));
    }

    /** Brings into memory what a reader that goes through old records will want next; may block. See {@link PartitionLog#prepare}. */
    public void prepare(long offset) {
        if (isBelowTail(offset)) {
            log.prepare(offset, log.endOffset());
        }
    }

    private long readTail(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        long end = endOffset;
        if (offset >= end) {
            return offset;
        }
        PartitionTail current = tail;
        PartitionTail.Slice slice =
                current == null ? PartitionTail.Slice.BELOW : current.read(offset, end, maxBytes, atLeastOne);
        if (slice.isBelow()) {
            return -1;
        }
        try {
            TailReader.put(slice, sink);
        } finally {
            slice.release();
        }
        return slice.batches().isEmpty() ? offset : slice.batches().getLast().lastOffset() + 1;
    }

    /**
     * Shows where the batches in memory lie, from the one that holds the offset on: about so many bytes, and the first in
     * any case. Their bytes must not be read. Answers false if the offset lies before what memory holds. Never blocks.
     */
    public boolean visitTail(long offset, int maxBytes, Consumer<StoredBatch> visitor) {
        long end = endOffset;
        if (offset >= end) {
            return true;
        }
        PartitionTail current = tail;
        PartitionTail.Slice slice =
                current == null ? PartitionTail.Slice.BELOW : current.read(offset, end, maxBytes, true);
        try {
            slice.batches().forEach(visitor);
            return !slice.isBelow();
        } finally {
            slice.release();
        }
    }

    /**
     * As {@link #readMemory}, from disk too; may block. Throws {@link DamagedLogException} if the batch that holds the offset is
     * damaged, and {@link io.sluice.log.disk.DiskException} if the disk refuses.
     */
    public long readBlocking(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        return reporting(() -> readAnywhere(offset, maxBytes, atLeastOne, sink));
    }

    /**
     * As {@link #readBlocking}, but what segments have is read from there, as compaction left it, although memory may have more
     * still: whoever reads bit by bit sees one log, and not first what a pass took and then what it left.
     */
    public long readStored(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        long writtenEnd = log.endOffset();
        return offset < writtenEnd
                ? reporting(() -> log.read(offset, maxBytes, atLeastOne, writtenEnd, sink))
                : readBlocking(offset, maxBytes, atLeastOne, sink);
    }

    /** Damage that a reader meets is known to the node from then on. */
    private <T> T reporting(Supplier<T> read) {
        try {
            return read.get();
        } catch (DamagedLogException damaged) {
            shard.damage().report(this, damaged.range());
            throw damaged;
        }
    }

    private long readAnywhere(long offset, int maxBytes, boolean atLeastOne, ReadSink sink) {
        long at = offset;
        for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
            long fromTail = readTail(at, maxBytes, atLeastOne, sink);
            if (fromTail >= 0) {
                return fromTail;
            }
            long writtenEnd = log.endOffset();
            if (at < writtenEnd) {
                long reached = log.read(at, maxBytes, atLeastOne, writtenEnd, sink);
                if (reached < writtenEnd || writtenEnd == endOffset || !log.isGapToEnd(at)) {
                    return reached;
                }
                // Nothing was read: a gap reaches from here to what only memory has yet.
                at = reached;
            }
        }
        return at;
    }

    /** The first record whose timestamp is at least this; may block. Throws what {@link #readBlocking} does. */
    public Optional<TimestampedOffset> findByTime(long timestampMs) {
        return reporting(() -> timeLookup().first(timestampMs, startOffset));
    }

    /** The first record with the largest timestamp; may block. Throws what {@link #readBlocking} does. */
    public Optional<TimestampedOffset> findMaxTimestamp() {
        return reporting(() -> timeLookup().largest(startOffset));
    }

    private TimeLookup timeLookup() {
        return new TimeLookup(log, this::tailSlice);
    }

    private PartitionTail.Slice tailSlice() {
        PartitionTail current = tail;
        return current == null ? PartitionTail.Slice.BELOW : current.all(endOffset);
    }

    /** Offset below which whole segments are older than the time or above the size, for retention; may block. */
    public long retentionOffset(long olderThanMs, long keepBytes) {
        return Math.max(startOffset, log.offsetForRetention(olderThanMs, keepBytes));
    }

    /** What compaction could do now; from the first record that no pass was over, with none younger than the wall time. */
    public CompactionDebt compactionDebt(long youngestMs) {
        return log.compactionDebt(youngestMs);
    }

    /** Whether its topic is compacted: what is appended from now on is prepared for that. Any thread. */
    public void keepKeys(boolean isWanted) {
        log.keepKeys(isWanted);
    }

    /** How far compaction has come. */
    public Compacted compacted() {
        return log.compacted();
    }

    /** Everything below the offset is named by a durable checkpoint. */
    long checkpointedEnd() {
        return checkpointedEnd;
    }

    /** Checkpoint thread: everything below the offset is named by a durable checkpoint. */
    void checkpointedTo(long offset) {
        checkpointedEnd = offset;
    }

    /** Registers a listener; look at {@link #endOffset()} afterwards, since an append may just have passed. */
    public synchronized void addListener(AppendListener listener) {
        AppendListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[listeners.length] = listener;
        listeners = more;
    }

    /** Removes it; one more call may be under way. */
    public synchronized void removeListener(AppendListener listener) {
        AppendListener[] current = listeners;
        int at = Arrays.asList(current).indexOf(listener);
        if (at < 0) {
            return;
        }
        if (current.length == 1) {
            listeners = NO_LISTENERS;
            return;
        }
        AppendListener[] fewer = Arrays.copyOf(current, current.length - 1);
        System.arraycopy(current, at + 1, fewer, at, fewer.length - at);
        listeners = fewer;
    }

    PartitionLog log() {
        return log;
    }

    @Nullable
    PartitionTail tail() {
        return tail;
    }

    /** What apply decides about a batch that reached its turn. */
    record Applied(ErrorCode error, long baseOffset, long unwrittenBytes, boolean hasChanged) {
        static Applied rejected(ErrorCode error) {
            return new Applied(error, -1, 0, false);
        }

        static Applied appended(long baseOffset, long unwrittenBytes) {
            return new Applied(ErrorCode.NONE, baseOffset, unwrittenBytes, unwrittenBytes > 0);
        }
    }

    /**
     * Apply thread: sequence check, offset, tail, readers. The bytes live in the chunk.
     *
     * @param isProduced whoever sent it can be asked to send it again
     */
    Applied apply(ByteBuffer batch, Chunk chunk, boolean isProduced, long term, long nowMs) {
        if (isDropped) {
            return Applied.rejected(ErrorCode.UNKNOWN_TOPIC_ID);
        }
        if (!isHome()) {
            return Applied.rejected(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        long producerId = batch.getLong(BatchLayout.PRODUCER_ID);
        if (producerId != BatchLayout.NO_PRODUCER_ID) {
            ProducerTable.Verdict verdict =
                    isProduced ? judgeProduced(producerId, batch, nowMs) : judge(producerId, batch);
            if (verdict == ProducerTable.Verdict.REPEAT) {
                return Applied.appended(producerTable().repeatedOffset(), 0);
            }
            if (verdict == ProducerTable.Verdict.ASK_AGAIN) {
                return new Applied(verdict.error(), -1, 0, true);
            }
            if (verdict != ProducerTable.Verdict.APPEND) {
                return Applied.rejected(verdict.error());
            }
        }
        long baseOffset = endOffset;
        long unwrittenBytes = add(batch, chunk, epochBase + (int) term);
        if (producerId != BatchLayout.NO_PRODUCER_ID) {
            remember(producerId, batch, baseOffset, nowMs);
        }
        return Applied.appended(baseOffset, unwrittenBytes);
    }

    /**
     * Apply thread: a batch of the partition as another shard has it, with its offsets and its leader epoch. Only the next one
     * is taken: a copy that is made by two leaders, one after the other, has every batch once.
     */
    Applied applyImport(ByteBuffer batch, Chunk chunk, long nowMs) {
        boolean isNext = !isDropped
                && residence.stage() == Residence.Stage.ARRIVING
                && batch.getLong(BatchLayout.BASE_OFFSET) == endOffset
                && batch.getInt(BatchLayout.LEADER_EPOCH) >= epochs.latestEpoch();
        if (!isNext) {
            return Applied.rejected(ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        long baseOffset = endOffset;
        long producerId = batch.getLong(BatchLayout.PRODUCER_ID);
        long unwrittenBytes = add(batch, chunk, batch.getInt(BatchLayout.LEADER_EPOCH));
        if (producerId != BatchLayout.NO_PRODUCER_ID) {
            int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
            short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
            producerTable().imported(producerId, epoch, first, lastSequence(first, batch), baseOffset, nowMs);
        }
        return Applied.appended(baseOffset, unwrittenBytes);
    }

    /** Apply thread: nothing is appended any more; who waits for growth asks again. Answers whether it is so. */
    boolean seal(long move) {
        if (!residence.isVisible() || residence.sealedFor() > move) {
            return false;
        }
        residence = residence.sealed(move);
        leadershipChanged();
        return true;
    }

    /** Apply thread: what that move sealed goes on. */
    boolean unseal(long move) {
        if (residence.sealedFor() != move) {
            return false;
        }
        residence = residence.home();
        leadershipChanged();
        return true;
    }

    /** Apply thread: the copy becomes the partition. */
    boolean adopt(ControlEntry.Adopt adopt) {
        if (arrivingBy() != adopt.move() || endOffset != adopt.endOffset()) {
            return false;
        }
        epochBase = Math.max(adopt.epochBase(), epochs.latestEpoch() + 1);
        lossCount = adopt.lossCount();
        residence = residence.home();
        return true;
    }

    /** The idempotent producers it remembers, with wall-clock times; answered on the apply thread. */
    public CompletableFuture<List<ActiveProducer>> activeProducers() {
        return shard.ask(() -> {
            ProducerTable table = producers;
            return table == null ? List.of() : shard.onWallClock(table.active());
        });
    }

    /**
     * What apply would make of a batch now.
     *
     * @param error NONE if it would be appended or is a repeat
     * @param repeatedOffset of the first record of the batch that it repeats, −1 if it repeats none
     */
    public record Judgement(ErrorCode error, long repeatedOffset) {
        /** It is new. */
        public static final Judgement NEW = new Judgement(ErrorCode.NONE, -1);

        /** It would come too early, or what was before it is missing. */
        public static final Judgement OUT_OF_ORDER = new Judgement(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, -1);

        /** Whether it has been appended before. */
        public boolean isRepeat() {
            return repeatedOffset >= 0;
        }
    }

    /** Apply thread: looks at an idempotent producer's batch, position 0, as {@link #apply} will if nobody is asked again. */
    public Judgement judge(ByteBuffer batch) {
        ProducerTable.Verdict verdict = judge(batch.getLong(BatchLayout.PRODUCER_ID), batch);
        long repeated =
                verdict == ProducerTable.Verdict.REPEAT ? producerTable().repeatedOffset() : -1;
        return new Judgement(verdict.error(), repeated);
    }

    private ProducerTable.Verdict judge(long producerId, ByteBuffer batch) {
        int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
        short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
        return producerTable().judge(producerId, epoch, first, lastSequence(first, batch));
    }

    private ProducerTable.Verdict judgeProduced(long producerId, ByteBuffer batch, long nowMs) {
        int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
        short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
        ProducerTable table = producerTable();
        ProducerTable.Verdict verdict = table.judgeProduced(producerId, epoch, first, lastSequence(first, batch));
        if (verdict == ProducerTable.Verdict.ASK_AGAIN) {
            table.asked(producerId, epoch, first, nowMs);
        }
        return verdict;
    }

    private void remember(long producerId, ByteBuffer batch, long baseOffset, long nowMs) {
        int first = batch.getInt(BatchLayout.BASE_SEQUENCE);
        short epoch = batch.getShort(BatchLayout.PRODUCER_EPOCH);
        producerTable().appended(producerId, epoch, first, lastSequence(first, batch), baseOffset, nowMs);
    }

    /** Sequences wrap from the largest int to 0, within a batch too. */
    private static int lastSequence(int first, ByteBuffer batch) {
        return (first + batch.getInt(BatchLayout.LAST_OFFSET_DELTA)) & Integer.MAX_VALUE;
    }

    private ProducerTable producerTable() {
        ProducerTable table = producers;
        if (table == null) {
            table = new ProducerTable();
            producers = table;
        }
        return table;
    }

    private long add(ByteBuffer batch, Chunk chunk, int epoch) {
        long baseOffset = endOffset;
        if (epochs.latestEpoch() != epoch) {
            Check.check(epochs.latestEpoch() < epoch, "leader epoch of partition %s-%d fell", topicId, index);
            epochs = epochs.size() == 0 ? shard.epochs(epoch, baseOffset) : epochs.with(epoch, baseOffset);
        }
        long lastOffset = baseOffset + batch.getInt(BatchLayout.LAST_OFFSET_DELTA);
        long maxTimestampMs = batch.getLong(BatchLayout.MAX_TIMESTAMP);
        PartitionTail current = tail;
        if (current == null) {
            current = new PartitionTail();
            tail = current;
        }
        chunk.batchAdded(this);
        long unwritten = current.add(new StoredBatch(baseOffset, lastOffset, epoch, maxTimestampMs, batch), chunk);
        endOffset = lastOffset + 1;
        for (AppendListener listener : listeners) {
            listener.appended(this, lastOffset + 1, batch.limit());
        }
        return unwritten;
    }

    /** Apply thread: records below are gone; answers whether anything changed. */
    boolean advanceStart(long toOffset) {
        long bounded = Math.min(toOffset, endOffset);
        if (isDropped || bounded <= startOffset) {
            return false;
        }
        startOffset = bounded;
        epochs = epochs.from(bounded);
        return true;
    }

    /** Apply thread: segments roll by these from the next batch on, whenever that is written. */
    void changeSettings(SegmentSettings settings) {
        log.changeSettings(settings, endOffset);
    }

    /** Apply thread. */
    void expireProducers(long idleSinceMs) {
        ProducerTable table = producers;
        if (table != null) {
            table.expire(idleSinceMs);
            producers = table.size() == 0 ? null : table;
        }
    }

    /** Whether it remembers idempotent producers. */
    public boolean hasProducers() {
        return producers != null;
    }

    /** Apply thread: where the newest batch of each producer begins. */
    LongHashSet newestBatchesOfProducers() {
        ProducerTable table = producers;
        return table == null ? new LongHashSet() : table.newestBaseOffsets();
    }

    /** Apply thread: history may be shorter than readers saw. */
    void historyLost() {
        lossCount++;
        epochBase++;
    }

    /** Apply thread: it is as another node's checkpoint has it, over a log of the files that came with that. */
    void become(PartitionImage image, PartitionLog newLog) {
        PartitionTail before = tail;
        tail = null;
        if (before != null) {
            before.abandon();
        }
        newLog.keepKeys(log.keepsKeys());
        log = newLog;
        epochBase = image.epochBase();
        lossCount = image.lossCount();
        residence = image.residence();
        epochs = image.epochs();
        producers = image.producers();
        changedSinceCapture = false;
        checkpointedEnd = image.endOffset();
        startOffset = image.startOffset();
        endOffset = image.endOffset();
        for (AppendListener listener : listeners) {
            listener.appended(this, image.endOffset(), INSTALLED_BYTES);
        }
    }

    /** Apply thread: the topic is gone. */
    void drop() {
        isDropped = true;
        PartitionTail current = tail;
        if (current != null) {
            current.abandon();
        }
        for (AppendListener listener : listeners) {
            listener.closed(this);
        }
    }

    /** Apply thread. */
    void leadershipChanged() {
        for (AppendListener listener : listeners) {
            listener.leadershipChanged(this);
        }
    }

    /** Apply thread. */
    void evict(Chunk chunk) {
        PartitionTail current = tail;
        if (current != null && current.evict(chunk)) {
            // Idle now: who appends next makes another.
            tail = null;
        }
    }

    /** Apply thread: answers true the first time since the last capture. */
    boolean markChanged() {
        boolean first = !changedSinceCapture;
        changedSinceCapture = true;
        return first;
    }

    /** Apply thread: its state for a checkpoint. */
    PartitionImage capture() {
        changedSinceCapture = false;
        return new PartitionImage(
                topicId,
                index,
                startOffset,
                endOffset,
                epochBase,
                lossCount,
                residence,
                epochs,
                producers,
                List.of(),
                Compacted.NEVER);
    }
}
