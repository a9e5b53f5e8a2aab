package io.sluice.broker.stream;

import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.util.function.LongPredicate;

/** Gives the records of batches as entries. One thread. */
final class EntryReading {
    private final StreamView.Range range;
    private final LongPredicate isDeleted;
    private final boolean hasOwnIds;
    private final StreamSink sink;
    private final RecordId recordId = new RecordId();
    private long givenCount;
    private boolean isProduced;
    private long producedMs;

    /** Of streams whose records carry ids, or of topics whose ids are offset + 1. */
    EntryReading(StreamView.Range range, LongPredicate isDeleted, boolean hasOwnIds, StreamSink sink) {
        this.range = range;
        this.isDeleted = isDeleted;
        this.hasOwnIds = hasOwnIds;
        this.sink = sink;
    }

    /** Answers the offset to go on from: {@code reached} unless the count ends it before. */
    long give(CollectedBatches batches, long reached) {
        try (RecordCursor cursor = new RecordCursor()) {
            int position = 0;
            while (batches.hasBatchAt(position)) {
                ByteBuffer memory = batches.memory();
                if (BatchHeader.lastOffset(memory, position) >= range.fromOffset()
                        && !BatchHeader.isControl(memory, position)) {
                    cursor.open(memory, position, Long.MAX_VALUE);
                    cursor.skipTo(range.fromOffset());
                    isProduced = hasOwnIds && ProducedBatch.isOne(memory, position);
                    producedMs = isProduced ? ProducedBatch.idMs(memory, position) : 0;
                    long stoppedAt = giveAll(cursor);
                    if (stoppedAt >= 0) {
                        return stoppedAt;
                    }
                }
                position = batches.next(position);
            }
        }
        return Math.min(reached, range.toOffset());
    }

    /** The offset at which the range ends, −1 if the batch does not reach it. */
    private long giveAll(RecordCursor cursor) {
        while (cursor.next()) {
            long offset = cursor.offset();
            if (offset >= range.toOffset()) {
                return range.toOffset();
            }
            if (offset >= range.fromOffset() && !isDeleted.test(offset)) {
                if (givenCount == range.countMax()) {
                    return offset;
                }
                giveOne(cursor, offset);
                givenCount++;
            }
        }
        return -1;
    }

    private void giveOne(RecordCursor cursor, long offset) {
        if (isProduced) {
            PlainRecord.give(cursor, producedMs, offset, sink);
            return;
        }
        boolean isOurs = recordId.read(cursor);
        long ms = hasOwnIds && isOurs ? recordId.ms() : offset + 1;
        long seq = hasOwnIds && isOurs ? recordId.seq() : 0;
        boolean isGiven = isOurs
                && cursor.valueLength() >= 0
                && EntryCodec.decode(
                        recordId.form(), cursor.bytes(), cursor.valuePosition(), cursor.valueLength(), ms, seq, sink);
        if (!isGiven) {
            PlainRecord.give(cursor, ms, seq, sink);
        }
    }
}
