package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;
import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream at one moment, with the partition that holds its entries. Any thread. */
final class LocalStreamView implements StreamView {
    private final StreamState state;
    private final Function<TopicId, Optional<PartitionReplica>> partitions;
    private final int blockEntries;
    private final int groupCount;
    private final OnceFigures once;
    private final List<IdRun> atHand;
    private volatile @Nullable PartitionReplica known;

    /** The same, with entries that have been read already. */
    LocalStreamView with(List<IdRun> runs) {
        return new LocalStreamView(state, partitions, blockEntries, groupCount, once, runs);
    }

    /** {@code partitions} finds the stream's partition in its shard; of a stream just made it is open a moment later. */
    LocalStreamView(
            StreamState state,
            Function<TopicId, Optional<PartitionReplica>> partitions,
            int blockEntries,
            int groupCount,
            OnceFigures once) {
        this(state, partitions, blockEntries, groupCount, once, List.of());
    }

    private LocalStreamView(
            StreamState state,
            Function<TopicId, Optional<PartitionReplica>> partitions,
            int blockEntries,
            int groupCount,
            OnceFigures once,
            List<IdRun> atHand) {
        this.atHand = atHand;
        this.once = once;
        this.blockEntries = blockEntries;
        this.groupCount = groupCount;
        this.state = state;
        this.partitions = partitions;
        replica();
    }

    /** Kept once it is found: its records stay readable for a while after somebody removed the stream. */
    private @Nullable PartitionReplica replica() {
        PartitionReplica found = known;
        if (found == null) {
            found = partitions.apply(state.topicId()).orElse(null);
            known = found;
        }
        return found;
    }

    StreamState state() {
        return state;
    }

    @Override
    public EntryId lastId() {
        return state.lastId();
    }

    @Override
    public EntryId maxDeletedId() {
        return state.maxDeletedId();
    }

    @Override
    public long entriesAdded() {
        return state.entriesAdded();
    }

    @Override
    public long length() {
        return state.length();
    }

    @Override
    public long blockCount() {
        long first = state.firstOffset() / blockEntries;
        return state.length() == 0 ? 0 : (state.endOffset() - 1) / blockEntries - first + 1;
    }

    @Override
    public int groupCount() {
        return groupCount;
    }

    @Override
    public OnceFigures once() {
        return once;
    }

    @Override
    public long expiresWallMs() {
        return state.expiresWallMs();
    }

    @Override
    public boolean isOwnStream() {
        return true;
    }

    @Override
    public long sizeBytes() {
        PartitionReplica replica = replica();
        return replica == null ? 0 : replica.sizeBytes();
    }

    @Override
    public long firstOffset() {
        return state.firstOffset();
    }

    @Override
    public long endOffset() {
        return state.endOffset();
    }

    @Override
    public long countBetween(long fromOffset, long toOffset) {
        return state.countBetween(fromOffset, toOffset);
    }

    @Override
    public long offsetBack(long beforeOffset, long count) {
        return state.offsetBack(beforeOffset, count);
    }

    @Override
    public long find(EntryId id, boolean mayBlock) {
        PartitionReplica replica = replica();
        if (replica == null || id.isAfter(state.lastId())) {
            return state.endOffset();
        }
        if (id.equals(EntryId.ZERO)) {
            return state.firstOffset();
        }
        Place place = new IdSearch(replica, mayBlock).find(id, state.firstOffset(), state.endOffset());
        return place == null ? ON_DISK : place.offset();
    }

    @Override
    public long read(Range range, boolean mayBlock, StreamSink sink) {
        PartitionReplica replica = replica();
        long from = Math.max(range.fromOffset(), state.firstOffset());
        long to = Math.min(range.toOffset(), state.endOffset());
        if (replica == null || from >= to) {
            return range.toOffset();
        }
        Range clamped = new Range(from, to, range.countMax(), range.bytesMax());
        for (IdRun run : atHand) {
            CollectedBatches batches = run.batches();
            if (batches != null && run.holds(from)) {
                long next = reading(clamped, sink).give(batches, run.toOffset());
                return next >= to ? range.toOffset() : next;
            }
        }
        CollectedBatches read = new CollectedBatches();
        long reached = mayBlock
                ? replica.readBlocking(from, range.bytesMax(), true, read)
                : replica.readMemory(from, range.bytesMax(), true, read);
        if (reached < 0) {
            return ON_DISK;
        }
        long next = reading(clamped, sink).give(read, reached);
        return next >= to || reached == from ? range.toOffset() : next;
    }

    private EntryReading reading(Range range, StreamSink sink) {
        return new EntryReading(range, state.deleted()::contains, true, sink);
    }
}
