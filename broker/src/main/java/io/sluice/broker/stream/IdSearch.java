package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds entries of a stream by id. Ids rise with offsets, so a search by halves over the offsets finds them, each look
 * reading one batch: no index besides that of the log is kept, written or repaired. One thread.
 */
final class IdSearch {
    private final PartitionReplica replica;
    private final boolean mayBlock;
    private final RecordId recordId = new RecordId();

    /** Looks into memory only unless it {@code mayBlock}. */
    IdSearch(PartitionReplica replica, boolean mayBlock) {
        this.replica = replica;
        this.mayBlock = mayBlock;
    }

    /** The place of the id among the entries from the offset to before the other; null if it takes the disk. */
    @Nullable
    Place find(EntryId id, long fromOffset, long toOffset) {
        long low = fromOffset;
        long high = toOffset;
        Optional<EntryId> atHigh = Optional.empty();
        while (low < high) {
            long middle = (low + high) >>> 1;
            CollectedBatches read = read(middle);
            if (read == null) {
                return null;
            }
            if (!read.hasBatchAt(0)) {
                low = middle + 1;
                continue;
            }
            Place inside = findIn(read.memory(), id, low);
            if (inside == null) {
                low = BatchHeader.lastOffset(read.memory(), 0) + 1;
            } else if (inside.offset() >= high) {
                break;
            } else if (inside.offset() == low || inside.offset() > BatchHeader.baseOffset(read.memory(), 0)) {
                return inside;
            } else {
                high = inside.offset();
                atHigh = inside.found();
            }
        }
        return new Place(high, atHigh);
    }

    /** The offset with the id of the entry there, if there is one; null if it takes the disk. */
    @Nullable
    Place idAt(long offset) {
        CollectedBatches read = read(offset);
        if (read == null) {
            return null;
        }
        Place nothing = new Place(offset, Optional.empty());
        if (!read.hasBatchAt(0)) {
            return nothing;
        }
        if (ProducedBatch.isOne(read.memory(), 0)) {
            return new Place(offset, Optional.of(new EntryId(ProducedBatch.idMs(read.memory(), 0), offset)));
        }
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(read.memory(), 0, RecordCursor.RECORD_BYTES_MAX);
            cursor.skipTo(offset);
            while (cursor.next()) {
                if (cursor.offset() == offset && recordId.read(cursor) && recordId.hasId()) {
                    return new Place(offset, Optional.of(recordId.id()));
                }
            }
        }
        return nothing;
    }

    private @Nullable CollectedBatches read(long offset) {
        CollectedBatches read = new CollectedBatches();
        long reached =
                mayBlock ? replica.readBlocking(offset, 1, true, read) : replica.readMemory(offset, 1, true, read);
        return reached < 0 ? null : read;
    }

    /** The first record of the batch from the offset on whose id is not before this one; null if there is none. */
    private @Nullable Place findIn(ByteBuffer batch, EntryId id, long fromOffset) {
        if (ProducedBatch.isOne(batch, 0)) {
            return ProducedBatch.find(batch, 0, id, fromOffset)
                    .map(offset -> new Place(offset, Optional.of(new EntryId(ProducedBatch.idMs(batch, 0), offset))))
                    .orElse(null);
        }
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch, 0, RecordCursor.RECORD_BYTES_MAX);
            cursor.skipTo(fromOffset);
            while (cursor.next()) {
                boolean isIn = cursor.offset() >= fromOffset && recordId.read(cursor) && recordId.hasId();
                if (isIn && !id.isAfter(recordId.id())) {
                    return new Place(cursor.offset(), Optional.of(recordId.id()));
                }
            }
        }
        return null;
    }
}
