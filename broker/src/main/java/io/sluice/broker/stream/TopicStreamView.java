package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;

/**
 * A partition of a topic that was not made as a stream, seen as one: the id of a record is its offset + 1, so that 0-0 stays
 * before all. Any thread.
 */
final class TopicStreamView implements StreamView {
    private final Partition partition;
    private final long firstOffset;
    private final long endOffset;

    /** As it is now. */
    TopicStreamView(Partition partition) {
        this.partition = partition;
        endOffset = partition.endOffset();
        firstOffset = Math.min(endOffset, partition.startOffset());
    }

    @Override
    public EntryId lastId() {
        return new EntryId(endOffset, 0);
    }

    @Override
    public EntryId maxDeletedId() {
        return EntryId.ZERO;
    }

    @Override
    public long entriesAdded() {
        return endOffset;
    }

    @Override
    public long length() {
        return endOffset - firstOffset;
    }

    @Override
    public long blockCount() {
        return length() == 0 ? 0 : 1;
    }

    @Override
    public int groupCount() {
        return 0;
    }

    @Override
    public OnceFigures once() {
        return OnceFigures.NONE;
    }

    @Override
    public long expiresWallMs() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isOwnStream() {
        return false;
    }

    @Override
    public long sizeBytes() {
        return partition.sizeBytes();
    }

    @Override
    public long firstOffset() {
        return firstOffset;
    }

    @Override
    public long endOffset() {
        return endOffset;
    }

    @Override
    public long countBetween(long fromOffset, long toOffset) {
        return Math.max(0, Math.min(toOffset, endOffset) - Math.max(fromOffset, firstOffset));
    }

    @Override
    public long offsetBack(long beforeOffset, long count) {
        long before = Math.min(beforeOffset, endOffset);
        return count >= before - firstOffset ? firstOffset : before - count;
    }

    @Override
    public long find(EntryId id, boolean mayBlock) {
        // Entry ms-0 has offset ms − 1, and there are no others of that ms.
        if (Long.compareUnsigned(id.ms(), endOffset) > 0) {
            return endOffset;
        }
        long offset = id.seq() == 0 ? id.ms() - 1 : id.ms();
        return Math.clamp(offset, firstOffset, endOffset);
    }

    @Override
    public long read(Range range, boolean mayBlock, StreamSink sink) {
        long from = Math.max(range.fromOffset(), firstOffset);
        long to = Math.min(range.toOffset(), endOffset);
        if (from >= to) {
            return range.toOffset();
        }
        CollectedBatches read = new CollectedBatches();
        long reached = mayBlock
                ? partition.readBlocking(from, range.bytesMax(), true, read)
                : partition.readMemory(from, range.bytesMax(), true, read);
        if (reached < 0) {
            return ON_DISK;
        }
        Range clamped = new Range(from, to, range.countMax(), range.bytesMax());
        long next = new EntryReading(clamped, offset -> false, false, sink).give(read, reached);
        return next >= to || reached == from ? range.toOffset() : next;
    }
}
