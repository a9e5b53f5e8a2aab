package io.sluice.log.batch;

import io.sluice.common.Check;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds one batch of format v2 on the heap; for protocols that do not bring batches of their own. Used by one thread. */
public final class BatchBuilder {
    private final Compression compression;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private long baseOffset;
    private int leaderEpoch = -1;
    private long producerId = BatchLayout.NO_PRODUCER_ID;
    private short producerEpoch = -1;
    private int baseSequence = -1;
    private int attributes;
    private long baseTimestampMs = -1;
    private long maxTimestampMs = -1;
    private int recordCount;

    /** An empty batch. */
    public BatchBuilder(Compression compression) {
        this.compression = compression;
        this.attributes = compression.id();
    }

    /** Offset of the first record; 0 if never called, as clients send it. */
    public BatchBuilder baseOffset(long offset) {
        baseOffset = offset;
        return this;
    }

    /** Epoch of the leader; −1 if never called. */
    public BatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    /** Makes it a batch of an idempotent producer. */
    public BatchBuilder producer(long id, short epoch, int sequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = sequence;
        return this;
    }

    /** Sets further attribute bits of {@link BatchLayout}. */
    public BatchBuilder attributeBits(int bits) {
        attributes |= bits;
        return this;
    }

    /** Adds a record without headers. */
    public BatchBuilder add(long timestampMs, byte @Nullable [] key, byte @Nullable [] value) {
        return add(timestampMs, key, value, List.of());
    }

    /** Adds a record. */
    public BatchBuilder add(
            long timestampMs, byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
        if (recordCount == 0) {
            baseTimestampMs = timestampMs;
        }
        maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
        body.reset();
        body.write(0);
        putVarlong(body, timestampMs - baseTimestampMs);
        putVarint(body, recordCount);
        putNullable(body, key);
        putNullable(body, value);
        putVarint(body, headers.size());
        for (RecordHeader header : headers) {
            putNullable(body, header.key().getBytes(StandardCharsets.UTF_8));
            putNullable(body, header.value());
        }
        putVarint(records, body.size());
        records.writeBytes(body.toByteArray());
        recordCount++;
        return this;
    }

    /** Number of records added. */
    public int recordCount() {
        return recordCount;
    }

    /** Bytes of the batch before compression. */
    public int sizeBytes() {
        return BatchLayout.RECORDS + records.size();
    }

    /** The batch, position 0 and limit its length; it must have a record. */
    public ByteBuffer build() {
        Check.check(recordCount > 0, "a batch without records was built");
        byte[] packed = packedRecords();
        int sizeBytes = BatchLayout.RECORDS + packed.length;
        ByteBuffer batch = ByteBuffer.allocate(sizeBytes);
        BatchHeader.putFresh(batch, 0, baseOffset, sizeBytes, leaderEpoch);
        batch.put(BatchLayout.MAGIC, BatchLayout.MAGIC_V2);
        batch.putShort(BatchLayout.ATTRIBUTES, (short) attributes);
        batch.putInt(BatchLayout.LAST_OFFSET_DELTA, recordCount - 1);
        batch.putLong(BatchLayout.BASE_TIMESTAMP, baseTimestampMs);
        batch.putLong(BatchLayout.MAX_TIMESTAMP, maxTimestampMs);
        batch.putLong(BatchLayout.PRODUCER_ID, producerId);
        batch.putShort(BatchLayout.PRODUCER_EPOCH, producerEpoch);
        batch.putInt(BatchLayout.BASE_SEQUENCE, baseSequence);
        batch.putInt(BatchLayout.RECORD_COUNT, recordCount);
        batch.put(BatchLayout.RECORDS, packed);
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        return batch;
    }

    private byte[] packedRecords() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream packing = compression.pack(packed)) {
            records.writeTo(packing);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static void putNullable(ByteArrayOutputStream target, byte @Nullable [] bytes) {
        if (bytes == null) {
            putVarint(target, -1);
            return;
        }
        putVarint(target, bytes.length);
        target.writeBytes(bytes);
    }

    private static void putVarint(ByteArrayOutputStream target, int value) {
        putUnsigned(target, ((value << 1) ^ (value >> 31)) & 0xFFFFFFFFL);
    }

    private static void putVarlong(ByteArrayOutputStream target, long value) {
        putUnsigned(target, (value << 1) ^ (value >> 63));
    }

    private static void putUnsigned(ByteArrayOutputStream target, long bits) {
        long left = bits;
        while ((left & ~0x7FL) != 0) {
            target.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        target.write((int) left);
    }
}
