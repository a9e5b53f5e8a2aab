package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.common.Check;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Entries of one stream that are decided together, on their way into one record batch; until they are applied their ids are
 * found here. The id is in the record's header {@code redis-id}: the letter of the value's form and the id as text. Owner: the
 * shard's apply thread.
 */
final class EntryBatch implements GatheredBatch {
    /** Name of the header. */
    static final String HEADER = "redis-id";

    /** More goes into another batch. */
    private static final int FULL_BYTES = 256 << 10;

    private static final byte[] HEADER_NAME = HEADER.getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_BYTES = 1 << 10;
    private static final int FIRST_COUNT = 8;
    private static final int VARLONG_BYTES_MAX = 10;

    private final long baseOffset;
    private final long baseTimestampMs;
    private long maxTimestampMs;
    private byte[] bytes;
    private int length = BatchLayout.RECORDS;
    private int count;
    private int[] starts = new int[FIRST_COUNT];
    private long[] idMs = new long[FIRST_COUNT];
    private long[] idSeq = new long[FIRST_COUNT];

    /** The first entry will have this offset. */
    EntryBatch(long baseOffset, long timestampMs) {
        this.baseOffset = baseOffset;
        baseTimestampMs = timestampMs;
        maxTimestampMs = timestampMs;
        bytes = new byte[FIRST_BYTES];
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
        return length >= FULL_BYTES;
    }

    /** Adds an entry; answers the bytes it takes. */
    int add(EntryId id, EntryCodec.Encoded entry, long timestampMs) {
        byte[] text = id.toAscii();
        byte[] value = entry.value();
        int before = length;
        grow();
        starts[count] = length;
        idMs[count] = id.ms();
        idSeq[count] = id.seq();
        maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
        int bodyBytes = 1
                + sizeOf(timestampMs - baseTimestampMs)
                + sizeOf(count)
                + sizeOf(-1)
                + sizeOf(value.length)
                + value.length
                + sizeOf(1)
                + sizeOf(HEADER_NAME.length)
                + HEADER_NAME.length
                + sizeOf(text.length + 1)
                + text.length
                + 1;
        room(bodyBytes + VARLONG_BYTES_MAX);
        putVarlong(bodyBytes);
        bytes[length++] = 0;
        putVarlong(timestampMs - baseTimestampMs);
        putVarlong(count);
        putVarlong(-1);
        putAll(value);
        putVarlong(1);
        putAll(HEADER_NAME);
        putVarlong(text.length + 1);
        bytes[length++] = entry.form();
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        count++;
        return length - before;
    }

    private void putAll(byte[] value) {
        putVarlong(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void putVarlong(long value) {
        long left = (value << 1) ^ (value >> 63);
        while ((left & ~0x7FL) != 0) {
            bytes[length++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    private static int sizeOf(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (Long.SIZE - Long.numberOfLeadingZeros(zigzag | 1) + 6) / 7;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private void grow() {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            idMs = Arrays.copyOf(idMs, 2 * count);
            idSeq = Arrays.copyOf(idSeq, 2 * count);
        }
    }

    @Override
    public void cutTo(long offset) {
        if (offset < endOffset()) {
            int kept = (int) Math.max(0, offset - baseOffset);
            length = starts[kept];
            count = kept;
        }
    }

    @Override
    public EntryId id(long offset) {
        int at = (int) (offset - baseOffset);
        return new EntryId(idMs[at], idSeq[at]);
    }

    @Override
    public long find(EntryId id) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int byMs = Long.compareUnsigned(idMs[middle], id.ms());
            if (byMs < 0 || (byMs == 0 && Long.compareUnsigned(idSeq[middle], id.seq()) < 0)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return baseOffset + low;
    }

    @Override
    public ByteBuffer build() {
        Check.check(count > 0, "a batch without entries was built");
        ByteBuffer batch = ByteBuffer.wrap(bytes, 0, length).slice();
        BatchHeader.putFresh(batch, 0, 0, length, -1);
        batch.put(BatchLayout.MAGIC, BatchLayout.MAGIC_V2);
        batch.putShort(BatchLayout.ATTRIBUTES, (short) 0);
        batch.putInt(BatchLayout.LAST_OFFSET_DELTA, count - 1);
        batch.putLong(BatchLayout.BASE_TIMESTAMP, baseTimestampMs);
        batch.putLong(BatchLayout.MAX_TIMESTAMP, maxTimestampMs);
        batch.putLong(BatchLayout.PRODUCER_ID, BatchLayout.NO_PRODUCER_ID);
        batch.putShort(BatchLayout.PRODUCER_EPOCH, (short) -1);
        batch.putInt(BatchLayout.BASE_SEQUENCE, -1);
        batch.putInt(BatchLayout.RECORD_COUNT, count);
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        return batch;
    }
}
