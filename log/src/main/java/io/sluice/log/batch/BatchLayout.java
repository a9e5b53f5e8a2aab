package io.sluice.log.batch;

import java.nio.ByteBuffer;

/**
 * Byte offsets of a record batch v2, <a href="https://kafka.apache.org/documentation/#recordbatch">Kafka's format</a>.
 *
 * <pre>
 *  0 base offset 8 | 8 length 4 | 12 leader epoch 4 | 16 magic 1 | 17 crc 4 | 21 attributes 2 | 23 last offset delta 4
 * 27 base timestamp 8 | 35 max timestamp 8 | 43 producer id 8 | 51 producer epoch 2 | 53 base sequence 4 | 57 count 4 | 61 records
 *                            the CRC-32C covers everything from 21 to the end
 * </pre>
 */
public final class BatchLayout {
    public static final int BASE_OFFSET = 0;
    public static final int LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;
    public static final int RECORDS = 61;

    /** Bytes before what {@link #LENGTH} counts. */
    public static final int LENGTH_OVERHEAD = 12;

    /** Bytes that commit writes fresh: base offset, length, leader epoch. */
    public static final int FRESH_BYTES = 16;

    /** The only magic there is. */
    public static final byte MAGIC_V2 = 2;

    /** Producer id of a batch without idempotence. */
    public static final long NO_PRODUCER_ID = -1;

    public static final int COMPRESSION_MASK = 0x07;
    public static final int TIMESTAMP_TYPE_BIT = 0x08;
    public static final int TRANSACTIONAL_BIT = 0x10;
    public static final int CONTROL_BIT = 0x20;

    /** The base timestamp is the wall time from which on compaction drops the batch's tombstones (KIP-534). */
    public static final int DELETE_HORIZON_BIT = 0x40;

    private BatchLayout() {}

    /** Whole length in bytes of the batch at the position. */
    public static int sizeBytes(ByteBuffer buffer, int position) {
        return LENGTH_OVERHEAD + buffer.getInt(position + LENGTH);
    }
}
