package io.sluice.log.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Exception;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of a batch: a view that moves, so that uncompressed records cost no memory at all. Compressed
 * records are unpacked into a window that holds one record at least and never grows beyond the largest record allowed.
 *
 * <p>Everything is checked before it is used: lengths, varints, the sum of what is unpacked. What breaks the format ends
 * in {@link MalformedBatchException}. For one thread at a time; close it to free a codec's native memory.
 *
 * <pre>
 * record: length varint | attributes 1 | timestamp delta varlong | offset delta varint | key length varint, −1 null | key
 *         | value length varint, −1 null | value | header count varint | per header: key length, key, value length, value
 * </pre>
 */
public final class RecordCursor implements AutoCloseable {
    /** No record of any protocol is larger. */
    public static final int RECORD_BYTES_MAX = 15 << 20;

    private static final int WINDOW_BYTES = 16 << 10;
    private static final int LENGTH_VARINT_BYTES_MAX = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer window = NOTHING;
    private byte[] unpacked = new byte[0];
    private @Nullable InputStream unpacking;
    private long unpackableBytes;
    private int at;
    private int end;

    private long baseOffset;
    private long baseTimestampMs;
    private long appendTimestampMs;
    private boolean logAppendTime;
    private int recordCount;
    private boolean isWhole;
    private int index;

    private int lengthBytes;
    private int bodyPosition;
    private int afterTimestampPosition;
    private int offsetDelta;
    private long timestampDeltaMs;
    private int keyPosition;
    private int keyLength;
    private int valuePosition;
    private int valueLength;
    private int headerCount;
    private int headersPosition;
    private int headersLeft;
    private int headerAt;
    private int headerKeyPosition;
    private int headerKeyLength;
    private int headerValuePosition;
    private int headerValueLength;

    /** A cursor without a batch; {@link #open} gives it one. */
    public RecordCursor() {}

    /**
     * Begins with the batch at the position, of which all bytes must be there. {@code unpackedBytesMax} bounds the sum of
     * what a compressed batch may unpack to. The batch's bytes must not change while the cursor is used.
     */
    public void open(ByteBuffer batch, int position, long unpackedBytesMax) {
        close();
        baseOffset = BatchHeader.baseOffset(batch, position);
        baseTimestampMs = BatchHeader.baseTimestampMs(batch, position);
        appendTimestampMs = BatchHeader.maxTimestampMs(batch, position);
        logAppendTime = BatchHeader.isLogAppendTime(batch, position);
        recordCount = BatchHeader.recordCount(batch, position);
        isWhole = BatchHeader.lastOffsetDelta(batch, position) == recordCount - 1;
        index = 0;
        int sizeBytes = BatchLayout.sizeBytes(batch, position);
        int compressionId = BatchHeader.compressionId(batch, position);
        if (compressionId == Compression.NONE.id()) {
            window = batch;
            at = position + BatchLayout.RECORDS;
            end = position + sizeBytes;
            return;
        }
        require(Compression.exists(compressionId), "the compression of a batch does not exist");
        unpackableBytes = unpackedBytesMax;
        ByteBuffer packed = batch.slice(position + BatchLayout.RECORDS, sizeBytes - BatchLayout.RECORDS);
        try {
            unpacking = Compression.of(compressionId).unpack(packed);
        } catch (IOException | LZ4Exception broken) {
            throw new MalformedBatchException("the records of a batch cannot be unpacked", broken);
        }
        if (unpacked.length == 0) {
            unpacked = new byte[WINDOW_BYTES];
        }
        window = ByteBuffer.wrap(unpacked);
        at = 0;
        end = 0;
    }

    /** Moves to the next record; false behind the last, after which nothing may follow. */
    public boolean next() {
        if (!readLength()) {
            return false;
        }
        readRecord(at + lengthBytes);
        return true;
    }

    /**
     * Moves over the records before the offset by their lengths alone; {@link #next} goes on behind them. What they hold is neither
     * read nor checked. Of a batch that compaction took records out of nothing is passed over: the caller looks at offsets still.
     */
    public void skipTo(long offset) {
        long before = isWhole ? Math.clamp(offset - baseOffset, 0, recordCount) : 0;
        for (long i = 0; i < before && readLength(); i++) {
            at += lengthBytes;
        }
    }

    /** Brings the next record into the window; false behind the last, after which nothing may follow. */
    private boolean readLength() {
        if (index >= recordCount) {
            fill(1);
            require(at == end, "bytes follow the last record of a batch");
            return false;
        }
        fill(LENGTH_VARINT_BYTES_MAX);
        lengthBytes = readVarint(end);
        require(lengthBytes > 0 && lengthBytes <= RECORD_BYTES_MAX, "a record has an impossible length");
        fill(lengthBytes);
        require(lengthBytes <= end - at, "a record is longer than its batch");
        index++;
        return true;
    }

    private void readRecord(int recordEnd) {
        bodyPosition = at;
        at++;
        timestampDeltaMs = readVarlong(recordEnd);
        afterTimestampPosition = at;
        offsetDelta = readVarint(recordEnd);
        keyLength = readVarint(recordEnd);
        keyPosition = at;
        skipNullable(keyLength, recordEnd);
        valueLength = readVarint(recordEnd);
        valuePosition = at;
        skipNullable(valueLength, recordEnd);
        headerCount = readVarint(recordEnd);
        require(headerCount >= 0 && headerCount <= recordEnd - at, "a record has an impossible number of headers");
        headersPosition = at;
        rewindHeaders();
        for (int header = 0; header < headerCount; header++) {
            readHeader(recordEnd);
        }
        require(at == recordEnd, "a record is longer than its content");
    }

    private void readHeader(int recordEnd) {
        headerKeyLength = readVarint(recordEnd);
        require(headerKeyLength >= 0, "a header has no key");
        headerKeyPosition = at;
        skipNullable(headerKeyLength, recordEnd);
        headerValueLength = readVarint(recordEnd);
        headerValuePosition = at;
        skipNullable(headerValueLength, recordEnd);
    }

    private void skipNullable(int length, int recordEnd) {
        require(length >= -1 && length <= recordEnd - at, "a field is longer than its record");
        at += Math.max(length, 0);
    }

    private int readVarint(int limit) {
        int zigzag = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            require(at < limit, "a number ends early");
            byte next = window.get(at++);
            zigzag |= (next & 0x7F) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new MalformedBatchException("a number is longer than 5 bytes");
    }

    private long readVarlong(int limit) {
        long zigzag = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            require(at < limit, "a number ends early");
            byte next = window.get(at++);
            zigzag |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new MalformedBatchException("a number is longer than 10 bytes");
    }

    /** Brings so many unread bytes into the window if the batch has them; without a codec all are there already. */
    private void fill(int neededBytes) {
        if (unpacking == null || end - at >= neededBytes) {
            return;
        }
        System.arraycopy(unpacked, at, unpacked, 0, end - at);
        end -= at;
        at = 0;
        try {
            boolean more = true;
            while (more && end < neededBytes) {
                more = unpackMore(unpacking, neededBytes);
            }
        } catch (IOException | LZ4Exception broken) {
            throw new MalformedBatchException("the records of a batch cannot be unpacked", broken);
        }
    }

    /** Doubles the window rather than believing a claimed length: memory grows only as fast as real content. */
    private boolean unpackMore(InputStream source, int neededBytes) throws IOException {
        if (end == unpacked.length) {
            unpacked = Arrays.copyOf(unpacked, Math.min(2 * unpacked.length, Math.max(neededBytes, WINDOW_BYTES)));
            window = ByteBuffer.wrap(unpacked);
        }
        int taken = source.read(unpacked, end, unpacked.length - end);
        if (taken < 0) {
            return false;
        }
        unpackableBytes -= taken;
        require(unpackableBytes >= 0, "a batch unpacks to more than is allowed");
        end += taken;
        return true;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new MalformedBatchException(otherwise);
        }
    }

    /** Back before the record's first header. */
    public void rewindHeaders() {
        headersLeft = headerCount;
        headerAt = headersPosition;
    }

    /** Moves to the record's next header; false behind the last. */
    public boolean nextHeader() {
        if (headersLeft == 0) {
            return false;
        }
        headersLeft--;
        int kept = at;
        at = headerAt;
        readHeader(kept);
        headerAt = at;
        at = kept;
        return true;
    }

    /** Number of records the batch claims. */
    public int recordCount() {
        return recordCount;
    }

    /** Offset of the record. */
    public long offset() {
        return baseOffset + offsetDelta;
    }

    /** Offset of the record less that of its batch. */
    public int offsetDelta() {
        return offsetDelta;
    }

    /** Timestamp of the record. */
    public long timestampMs() {
        return logAppendTime ? appendTimestampMs : baseTimestampMs + timestampDeltaMs;
    }

    /** Bytes of the record without its length. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** Timestamp of the record less the batch's base timestamp, as it is written. */
    long timestampDeltaMs() {
        return timestampDeltaMs;
    }

    /** Where the record begins, behind its length. */
    int bodyPosition() {
        return bodyPosition;
    }

    /** Where its fields behind the timestamp begin. */
    int afterTimestampPosition() {
        return afterTimestampPosition;
    }

    /** What all positions point into; to be read by absolute access or through duplicates, until the next move. */
    public ByteBuffer bytes() {
        return window;
    }

    /** Where the key begins. */
    public int keyPosition() {
        return keyPosition;
    }

    /** Bytes of the key, −1 if it is null. */
    public int keyLength() {
        return keyLength;
    }

    /** Where the value begins. */
    public int valuePosition() {
        return valuePosition;
    }

    /** Bytes of the value, −1 if it is null. */
    public int valueLength() {
        return valueLength;
    }

    /** Number of headers. */
    public int headerCount() {
        return headerCount;
    }

    /** Where the key of the header begins. */
    public int headerKeyPosition() {
        return headerKeyPosition;
    }

    /** Bytes of the header's key. */
    public int headerKeyLength() {
        return headerKeyLength;
    }

    /** Where the value of the header begins. */
    public int headerValuePosition() {
        return headerValuePosition;
    }

    /** Bytes of the header's value, −1 if it is null. */
    public int headerValueLength() {
        return headerValueLength;
    }

    /** Lets go of the batch; the cursor may be opened again. */
    @Override
    public void close() {
        InputStream closing = unpacking;
        unpacking = null;
        window = NOTHING;
        at = 0;
        end = 0;
        index = 0;
        recordCount = 0;
        if (unpacked.length > WINDOW_BYTES) {
            unpacked = new byte[0];
        }
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException unexpected) {
                throw new MalformedBatchException("a codec did not close", unexpected);
            }
        }
    }
}
