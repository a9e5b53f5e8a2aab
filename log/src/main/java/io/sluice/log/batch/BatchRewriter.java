package io.sluice.log.batch;

import io.sluice.common.Check;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes records out of a batch as compaction does. What stays keeps its offset and its timestamp; the batch keeps first and
 * last offset, leader epoch, producer and sequences, compression. Used by one thread.
 *
 * <p>The first time a tombstone is kept, the batch gets the time from which on it may go, in the place of its base timestamp
 * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-534">KIP-534</a>); records count theirs from there then.
 */
public final class BatchRewriter implements AutoCloseable {
    /**
     * No stored batch is longer. Twice what clients may send: a rewritten batch can have grown, because its timestamps count
     * from a horizon far away and because a codec may pack less tightly than the client's did.
     */
    public static final int BATCH_BYTES_MAX = 2 * RecordCursor.RECORD_BYTES_MAX;

    /** Tombstones that stay are not to go at any time yet. */
    public static final long NO_HORIZON = -1;

    private static final long UNPACKED_BYTES_MAX = 512L << 20;
    private static final int FIRST_BYTES = 16 << 10;
    private static final int KEPT_BYTES_MAX = 4 << 20;
    private static final int NOTHING = -1;

    private final RecordCursor cursor = new RecordCursor();
    private final BitSet kept = new BitSet();
    private final Bytes output = new Bytes();
    private byte[] scratch = new byte[FIRST_BYTES];
    private int keptCount;
    private long keptMaxTimestampMs;
    private boolean keepsTombstones;

    /** Says what stays. */
    public interface Choice {
        /** Whether the record stays; the cursor must not be moved. */
        boolean keeps(RecordCursor record);
    }

    /** For any number of batches, one after the other. */
    public BatchRewriter() {}

    /**
     * The batch from position to limit without what is not chosen: the very buffer if nothing changes, otherwise memory that
     * is good until the next call, position 0 and limit its length. Without records it is an empty batch that still says
     * what its producer sent last. {@code horizonMs} is set if a tombstone stays and has none yet, unless it is {@link #NO_HORIZON}. Throws
     * {@link MalformedBatchException}, also if the result would be longer than {@link #BATCH_BYTES_MAX}.
     */
    public ByteBuffer rewrite(ByteBuffer batch, Choice choice, long horizonMs) {
        choose(batch, choice);
        int position = batch.position();
        if (keptCount == 0) {
            return empty(batch);
        }
        boolean setsHorizon =
                keepsTombstones && horizonMs != NO_HORIZON && !BatchHeader.hasDeleteHorizon(batch, position);
        if (!setsHorizon && keptCount == BatchHeader.recordCount(batch, position)) {
            return batch;
        }
        long baseTimestampMs = setsHorizon ? horizonMs : BatchHeader.baseTimestampMs(batch, position);
        begin(batch);
        write(batch, baseTimestampMs);
        ByteBuffer rewritten = output.written();
        int horizonBit = setsHorizon ? BatchLayout.DELETE_HORIZON_BIT : 0;
        rewritten.putShort(BatchLayout.ATTRIBUTES, (short) (BatchHeader.attributes(batch, position) | horizonBit));
        rewritten.putLong(BatchLayout.BASE_TIMESTAMP, baseTimestampMs);
        if (!BatchHeader.isLogAppendTime(batch, position)) {
            rewritten.putLong(BatchLayout.MAX_TIMESTAMP, keptMaxTimestampMs);
        }
        return sealed(rewritten);
    }

    /** The batch without any record, in memory that is good until the next call. */
    public ByteBuffer empty(ByteBuffer batch) {
        keptCount = 0;
        keepsTombstones = false;
        begin(batch);
        ByteBuffer emptied = output.written();
        int position = batch.position();
        int attributes = BatchHeader.attributes(batch, position)
                & ~(BatchLayout.COMPRESSION_MASK | BatchLayout.DELETE_HORIZON_BIT);
        emptied.putShort(BatchLayout.ATTRIBUTES, (short) attributes);
        emptied.putLong(BatchLayout.BASE_TIMESTAMP, NOTHING);
        emptied.putLong(BatchLayout.MAX_TIMESTAMP, NOTHING);
        return sealed(emptied);
    }

    /** Records that stayed in the last batch. */
    public int keptCount() {
        return keptCount;
    }

    /** Whether there are tombstones among them. */
    public boolean keepsTombstones() {
        return keepsTombstones;
    }

    private void choose(ByteBuffer batch, Choice choice) {
        kept.clear();
        keptCount = 0;
        keptMaxTimestampMs = NOTHING;
        keepsTombstones = false;
        cursor.open(batch, batch.position(), UNPACKED_BYTES_MAX);
        for (int index = 0; cursor.next(); index++) {
            if (choice.keeps(cursor)) {
                kept.set(index);
                keptCount++;
                keptMaxTimestampMs = Math.max(keptMaxTimestampMs, cursor.timestampMs());
                keepsTombstones |= cursor.valueLength() < 0;
            }
        }
    }

    private void begin(ByteBuffer batch) {
        output.clear();
        byte[] header = scratch(BatchLayout.RECORDS);
        batch.get(batch.position(), header, 0, BatchLayout.RECORDS);
        output.write(header, 0, BatchLayout.RECORDS);
    }

    private void write(ByteBuffer batch, long baseTimestampMs) {
        Compression compression = Compression.of(BatchHeader.compressionId(batch, batch.position()));
        long shiftMs = BatchHeader.baseTimestampMs(batch, batch.position()) - baseTimestampMs;
        cursor.open(batch, batch.position(), UNPACKED_BYTES_MAX);
        try (OutputStream packing = compression.pack(output)) {
            for (int index = 0; cursor.next(); index++) {
                if (kept.get(index)) {
                    writeRecord(packing, shiftMs);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void writeRecord(OutputStream packing, long shiftMs) throws IOException {
        long timestampDelta = cursor.timestampDeltaMs() + shiftMs;
        int restBytes = cursor.bodyPosition() + cursor.lengthBytes() - cursor.afterTimestampPosition();
        long zigzag = (timestampDelta << 1) ^ (timestampDelta >> 63);
        int lengthBytes = 1 + unsignedBytes(zigzag) + restBytes;
        byte[] record = scratch(lengthBytes + 5);
        int at = putUnsigned(record, 0, (long) lengthBytes << 1);
        record[at++] = cursor.bytes().get(cursor.bodyPosition());
        at = putUnsigned(record, at, zigzag);
        cursor.bytes().get(cursor.afterTimestampPosition(), record, at, restBytes);
        packing.write(record, 0, at + restBytes);
    }

    private static int unsignedBytes(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private static int putUnsigned(byte[] target, int start, long value) {
        long left = value;
        int at = start;
        while ((left & ~0x7FL) != 0) {
            target[at++] = (byte) (left & 0x7F | 0x80);
            left >>>= 7;
        }
        target[at++] = (byte) left;
        return at;
    }

    private byte[] scratch(int lengthBytes) {
        if (scratch.length < lengthBytes) {
            scratch = new byte[Math.max(lengthBytes, 2 * scratch.length)];
        }
        return scratch;
    }

    private ByteBuffer sealed(ByteBuffer batch) {
        Check.check(batch.limit() >= BatchLayout.RECORDS, "a batch without a header was written");
        if (batch.limit() > BATCH_BYTES_MAX) {
            throw new MalformedBatchException("a batch would have " + batch.limit() + " bytes without what is to go");
        }
        batch.putInt(BatchLayout.LENGTH, batch.limit() - BatchLayout.LENGTH_OVERHEAD);
        batch.putInt(BatchLayout.RECORD_COUNT, keptCount);
        batch.putInt(BatchLayout.CRC, BatchHeader.computeCrc(batch, 0));
        return batch;
    }

    /** Lets large memory of large batches go; may be used again. */
    @Override
    public void close() {
        cursor.close();
        output.shrink();
        scratch = scratch.length > KEPT_BYTES_MAX ? new byte[FIRST_BYTES] : scratch;
    }

    /** Memory that grows and is used again. */
    private static final class Bytes extends OutputStream {
        private byte[] bytes = new byte[FIRST_BYTES];
        private int length;

        void clear() {
            length = 0;
        }

        void shrink() {
            bytes = bytes.length > KEPT_BYTES_MAX ? new byte[FIRST_BYTES] : bytes;
        }

        ByteBuffer written() {
            return ByteBuffer.wrap(bytes, 0, length);
        }

        @Override
        public void write(int value) {
            room(1);
            bytes[length++] = (byte) value;
        }

        @Override
        public void write(byte[] source, int from, int count) {
            room(count);
            System.arraycopy(source, from, bytes, length, count);
            length += count;
        }

        private void room(int count) {
            if (bytes.length - length < count) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
            }
        }
    }
}
