package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.common.Check;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A record batch of a Kafka producer for a stream. Its records carry no ids: the id of one is the batch's largest timestamp and
 * the record's offset, so that nothing but the header has to be written anew, whatever the batch is compressed with. Where
 * the timestamp is not behind the last id, it is set to the first that is. A bit that Kafka does not use says that it is so,
 * for records may have a header named as that of our entries. Owner: the shard's apply thread.
 */
final class ProducedBatch implements GatheredBatch {
    /** In the attributes of the batch. */
    private static final int MARK = 0x100;

    private final ByteBuffer batch;
    private long baseOffset;
    private long idMs;
    private int count;

    /** Position 0; checked, and nobody else's. */
    ProducedBatch(ByteBuffer batch) {
        this.batch = batch;
        count = BatchHeader.lastOffsetDelta(batch, 0) + 1;
    }

    /** Whether ids follow from the header of the batch. */
    static boolean isOne(ByteBuffer memory, int position) {
        return (BatchHeader.attributes(memory, position) & MARK) != 0;
    }

    /** The {@code ms} of all ids of such a batch. */
    static long idMs(ByteBuffer memory, int position) {
        return BatchHeader.maxTimestampMs(memory, position);
    }

    /** Of such a batch, the first offset from {@code fromOffset} on whose id is not before this one; empty if there is none. */
    static Optional<Long> find(ByteBuffer memory, int position, EntryId id, long fromOffset) {
        int byMs = Long.compareUnsigned(id.ms(), idMs(memory, position));
        long first = Math.max(fromOffset, BatchHeader.baseOffset(memory, position));
        long last = BatchHeader.lastOffset(memory, position);
        if (byMs < 0) {
            return first <= last ? Optional.of(first) : Optional.empty();
        }
        boolean isBehind = byMs > 0 || Long.compareUnsigned(id.seq(), last) > 0;
        return isBehind || first > last ? Optional.empty() : Optional.of(Math.max(first, id.seq()));
    }

    /** Gives its records offsets and ids; false if there is none behind the last id that a timestamp can hold. */
    boolean place(long offset, EntryId lastId) {
        long ms = Math.max(0, BatchHeader.maxTimestampMs(batch, 0));
        if (lastId.ms() < 0 || lastId.ms() == Long.MAX_VALUE) {
            return false;
        }
        if (ms <= lastId.ms()) {
            ms = Long.compareUnsigned(offset, lastId.seq()) > 0 ? lastId.ms() : lastId.ms() + 1;
        }
        baseOffset = offset;
        idMs = ms;
        return true;
    }

    long producerId() {
        return BatchHeader.producerId(batch, 0);
    }

    short producerEpoch() {
        return BatchHeader.producerEpoch(batch, 0);
    }

    int firstSequence() {
        return BatchHeader.baseSequence(batch, 0);
    }

    int lastSequence() {
        return (firstSequence() + BatchHeader.lastOffsetDelta(batch, 0)) & Integer.MAX_VALUE;
    }

    ByteBuffer header() {
        return batch;
    }

    int lengthBytes() {
        return batch.remaining();
    }

    EntryId lastId() {
        return id(endOffset() - 1);
    }

    @Override
    public long baseOffset() {
        return baseOffset;
    }

    @Override
    public long endOffset() {
        return baseOffset + count;
    }

    @Override
    public boolean isFull() {
        return true;
    }

    @Override
    public void cutTo(long offset) {
        if (offset < endOffset()) {
            Check.check(offset <= baseOffset, "a produced batch was cut at %d", offset);
            count = 0;
        }
    }

    @Override
    public EntryId id(long offset) {
        return new EntryId(idMs, offset);
    }

    @Override
    public long find(EntryId id) {
        int byMs = Long.compareUnsigned(id.ms(), idMs);
        if (byMs != 0) {
            return byMs < 0 ? baseOffset : endOffset();
        }
        return Long.compareUnsigned(id.seq(), endOffset()) >= 0 ? endOffset() : Math.max(baseOffset, id.seq());
    }

    @Override
    public ByteBuffer build() {
        batch.putShort(BatchLayout.ATTRIBUTES, (short) (BatchHeader.attributes(batch, 0) | MARK));
        batch.putLong(BatchLayout.MAX_TIMESTAMP, idMs);
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        return batch;
    }
}
