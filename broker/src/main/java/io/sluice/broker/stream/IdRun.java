package io.sluice.broker.stream;

import io.sluice.broker.api.HandedEntries;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries that follow one another in the log, deleted ones too: their offsets and ids, and the batches in which they are, so that
 * whoever is handed some need not read them again. They never change. Any thread.
 */
final class IdRun {
    private static final int PIECE_BYTES = 128 << 10;
    private static final int FIRST_CAPACITY = 64;

    private final long fromOffset;
    private final long toOffset;
    private final long[] offsets;
    private final long[] msOfIds;
    private final long[] seqOfIds;
    private final @Nullable CollectedBatches batches;

    private IdRun(long fromOffset, long toOffset, Reading read, CollectedBatches batches) {
        this.batches = batches;
        this.fromOffset = fromOffset;
        this.toOffset = toOffset;
        offsets = Arrays.copyOf(read.offsets, read.count);
        msOfIds = Arrays.copyOf(read.msOfIds, read.count);
        seqOfIds = Arrays.copyOf(read.seqOfIds, read.count);
    }

    private IdRun(IdRun whole) {
        batches = null;
        fromOffset = whole.fromOffset;
        toOffset = whole.toOffset;
        offsets = whole.offsets;
        msOfIds = whole.msOfIds;
        seqOfIds = whole.seqOfIds;
    }

    /** What the log has from the offset on, up to some size; null if it takes the disk. */
    static @Nullable IdRun read(PartitionReplica replica, long offset, boolean mayBlock) {
        CollectedBatches batches = new CollectedBatches();
        long reached = mayBlock
                ? replica.readBlocking(offset, PIECE_BYTES, true, batches)
                : replica.readMemory(offset, PIECE_BYTES, true, batches);
        return reached < 0 ? null : of(offset, reached, batches);
    }

    /** What batches have that a read from the offset on gave, which ended before the other one. */
    static IdRun of(long offset, long reached, CollectedBatches batches) {
        Reading reading = new Reading();
        reading.readAll(batches, offset);
        return new IdRun(offset, Math.max(reached, offset + 1), reading, batches);
    }

    /** The same without the batches, which may be a hundred times as large. */
    IdRun idsOnly() {
        return new IdRun(this);
    }

    long fromOffset() {
        return fromOffset;
    }

    boolean holds(long offset) {
        return offset >= fromOffset && offset < toOffset;
    }

    /** Offset behind the last of these. */
    long toOffset() {
        return toOffset;
    }

    int count() {
        return offsets.length;
    }

    /** The batches that hold them, if they are at hand yet. */
    @Nullable
    CollectedBatches batches() {
        return batches;
    }

    /** Memory of the batches. */
    int batchBytes() {
        return batches == null ? 0 : batches.takenBytes();
    }

    /** Adds those from the offset to before the other that are not deleted, up to so many in all; answers the offset to go on from. */
    long give(long offset, long toBefore, OffsetSet deleted, long countMax, HandedEntries into) {
        int at = Arrays.binarySearch(offsets, offset);
        at = at < 0 ? -at - 1 : at;
        while (at < offsets.length && offsets[at] < toBefore) {
            if (into.count() >= countMax) {
                return offsets[at];
            }
            if (!deleted.contains(offsets[at])) {
                into.add(offsets[at], msOfIds[at], seqOfIds[at], 0, 0);
            }
            at++;
        }
        return Math.min(toOffset, toBefore);
    }

    /** Columns that grow. */
    private static final class Reading {
        private final RecordId recordId = new RecordId();
        private long[] offsets = new long[FIRST_CAPACITY];
        private long[] msOfIds = new long[FIRST_CAPACITY];
        private long[] seqOfIds = new long[FIRST_CAPACITY];
        private int count;

        private void readAll(CollectedBatches batches, long fromOffset) {
            ByteBuffer memory = batches.memory();
            try (RecordCursor cursor = new RecordCursor()) {
                for (int at = 0; batches.hasBatchAt(at); at = batches.next(at)) {
                    if (ProducedBatch.isOne(memory, at)) {
                        addProduced(memory, at, fromOffset);
                    } else if (!BatchHeader.isControl(memory, at)) {
                        cursor.open(memory, at, RecordCursor.RECORD_BYTES_MAX);
                        readBatch(cursor, fromOffset);
                    }
                }
            }
        }

        private void readBatch(RecordCursor cursor, long fromOffset) {
            cursor.skipTo(fromOffset);
            while (cursor.next()) {
                if (cursor.offset() >= fromOffset && recordId.read(cursor) && recordId.hasId()) {
                    add(cursor.offset(), recordId.ms(), recordId.seq());
                }
            }
        }

        private void addProduced(ByteBuffer memory, int position, long fromOffset) {
            long ms = ProducedBatch.idMs(memory, position);
            long last = BatchHeader.lastOffset(memory, position);
            for (long offset = Math.max(fromOffset, BatchHeader.baseOffset(memory, position));
                    offset <= last;
                    offset++) {
                add(offset, ms, offset);
            }
        }

        private void add(long offset, long ms, long seq) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
                msOfIds = Arrays.copyOf(msOfIds, 2 * count);
                seqOfIds = Arrays.copyOf(seqOfIds, 2 * count);
            }
            offsets[count] = offset;
            msOfIds[count] = ms;
            seqOfIds[count] = seq;
            count++;
        }
    }
}
