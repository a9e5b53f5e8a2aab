package io.sluice.log.batch;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the header of the batch at a position of a big-endian buffer, heap or direct. The caller has made sure that
 * {@link BatchLayout#RECORDS} bytes are there. Any thread; nothing is allocated but where it says so.
 */
public final class BatchHeader {
    private BatchHeader() {}

    /** Offset of the first record. */
    public static long baseOffset(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BatchLayout.BASE_OFFSET);
    }

    /** Offset of the last record. */
    public static long lastOffset(ByteBuffer buffer, int position) {
        return baseOffset(buffer, position) + lastOffsetDelta(buffer, position);
    }

    /** Epoch of the leader that appended it. */
    public static int leaderEpoch(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BatchLayout.LEADER_EPOCH);
    }

    /** Format version. */
    public static byte magic(ByteBuffer buffer, int position) {
        return buffer.get(position + BatchLayout.MAGIC);
    }

    /** The CRC-32C the batch carries. */
    public static int crc(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BatchLayout.CRC);
    }

    /** The attribute bits. */
    public static short attributes(ByteBuffer buffer, int position) {
        return buffer.getShort(position + BatchLayout.ATTRIBUTES);
    }

    /** Number of the compression, see {@link Compression}; may be one that does not exist. */
    public static int compressionId(ByteBuffer buffer, int position) {
        return attributes(buffer, position) & BatchLayout.COMPRESSION_MASK;
    }

    /** Whether all records have the batch's largest timestamp, which the broker set. */
    public static boolean isLogAppendTime(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & BatchLayout.TIMESTAMP_TYPE_BIT) != 0;
    }

    /** Whether it is part of a transaction. */
    public static boolean isTransactional(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & BatchLayout.TRANSACTIONAL_BIT) != 0;
    }

    /** Whether it holds control records, which only a broker writes. */
    public static boolean isControl(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & BatchLayout.CONTROL_BIT) != 0;
    }

    /** Whether compaction has set the time from which on it drops the batch's tombstones: {@link #baseTimestampMs}. */
    public static boolean hasDeleteHorizon(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & BatchLayout.DELETE_HORIZON_BIT) != 0;
    }

    /** Offset of the last record less that of the first. */
    public static int lastOffsetDelta(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BatchLayout.LAST_OFFSET_DELTA);
    }

    /** Timestamp from which the records count theirs. */
    public static long baseTimestampMs(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BatchLayout.BASE_TIMESTAMP);
    }

    /** Largest timestamp of the records, −1 if they have none. */
    public static long maxTimestampMs(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BatchLayout.MAX_TIMESTAMP);
    }

    /** Id of the idempotent producer or {@link BatchLayout#NO_PRODUCER_ID}. */
    public static long producerId(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BatchLayout.PRODUCER_ID);
    }

    /** Epoch of the producer, −1 if it has none. */
    public static short producerEpoch(ByteBuffer buffer, int position) {
        return buffer.getShort(position + BatchLayout.PRODUCER_EPOCH);
    }

    /** Sequence of the first record, −1 if there is none. */
    public static int baseSequence(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BatchLayout.BASE_SEQUENCE);
    }

    /** Sequence of the last record; after 2^31−1 comes 0. */
    public static int lastSequence(ByteBuffer buffer, int position) {
        return (baseSequence(buffer, position) + lastOffsetDelta(buffer, position)) & Integer.MAX_VALUE;
    }

    /** Number of records. */
    public static int recordCount(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BatchLayout.RECORD_COUNT);
    }

    /** Whether the batch, of which all bytes must be there, matches its CRC. Allocates two small objects, copies nothing. */
    public static boolean hasValidCrc(ByteBuffer buffer, int position) {
        return crc(buffer, position) == computeCrc(buffer, position);
    }

    /** The CRC-32C that the batch ought to carry. */
    public static int computeCrc(ByteBuffer buffer, int position) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(
                position + BatchLayout.ATTRIBUTES, BatchLayout.sizeBytes(buffer, position) - BatchLayout.ATTRIBUTES));
        return (int) crc.getValue();
    }

    /** Writes the first {@link BatchLayout#FRESH_BYTES} bytes of a batch: what commit decides. */
    public static void putFresh(ByteBuffer target, int position, long baseOffset, int sizeBytes, int leaderEpoch) {
        target.putLong(position + BatchLayout.BASE_OFFSET, baseOffset);
        target.putInt(position + BatchLayout.LENGTH, sizeBytes - BatchLayout.LENGTH_OVERHEAD);
        target.putInt(position + BatchLayout.LEADER_EPOCH, leaderEpoch);
    }
}
