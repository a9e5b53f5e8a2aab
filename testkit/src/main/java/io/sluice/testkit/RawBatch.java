package io.sluice.testkit;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Record batches of format v2, written without a client library (KIP-98). Uncompressed, no producer id, timestamps of
 * creation.
 *
 * <pre>
 *   0 base offset 8 | 8 length 4 | 12 leader epoch 4 | 16 magic 1 | 17 CRC-32C 4 | 21 attributes 2 | 23 last delta 4
 *   27 first time 8 | 35 max time 8 | 43 producer id 8 | 51 epoch 2 | 53 sequence 4 | 57 count 4 | 61 records …
 * </pre>
 */
public final class RawBatch {
    static final int HEADER_BYTES = 61;
    private static final int CRC_FROM = 21;

    private RawBatch() {}

    /** As many records of {@code valueBytes} as fit into {@code batchBytes}, at least one. */
    public static ByteBuffer filled(int batchBytes, int valueBytes, long timestampMs) {
        int recordBytes = recordBytes(0, valueBytes) + 3;
        int count = Math.max(1, (batchBytes - HEADER_BYTES) / recordBytes);
        byte[][] values = new byte[count][valueBytes];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < valueBytes; j++) {
                values[i][j] = (byte) ('a' + (i * 31 + j * 7) % 26);
            }
        }
        return of(values, timestampMs);
    }

    /** One batch of these values without keys, all at {@code timestampMs}. */
    public static ByteBuffer of(byte[][] values, long timestampMs) {
        int size = HEADER_BYTES;
        for (int i = 0; i < values.length; i++) {
            size += Varints.sizeOfSigned(recordBytes(i, values[i].length)) + recordBytes(i, values[i].length);
        }
        ByteBuffer batch = ByteBuffer.allocate(size);
        batch.putLong(0).putInt(size - 12).putInt(-1).put((byte) 2).putInt(0);
        batch.putShort((short) 0).putInt(values.length - 1).putLong(timestampMs).putLong(timestampMs);
        batch.putLong(-1).putShort((short) -1).putInt(-1).putInt(values.length);
        for (int i = 0; i < values.length; i++) {
            putRecord(batch, i, values[i]);
        }
        batch.flip();
        batch.putInt(CRC_FROM - 4, crcOf(batch));
        return batch;
    }

    private static int crcOf(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.duplicate().position(CRC_FROM));
        return (int) crc.getValue();
    }

    private static int recordBytes(int offsetDelta, int valueBytes) {
        // attributes, timestamp delta 0, offset delta, no key, value, no headers
        return 1 + 1 + Varints.sizeOfSigned(offsetDelta) + 1 + Varints.sizeOfSigned(valueBytes) + valueBytes + 1;
    }

    private static void putRecord(ByteBuffer batch, int offsetDelta, byte[] value) {
        Varints.putSigned(batch, recordBytes(offsetDelta, value.length));
        batch.put((byte) 0);
        Varints.putSigned(batch, 0);
        Varints.putSigned(batch, offsetDelta);
        Varints.putSigned(batch, -1);
        Varints.putSigned(batch, value.length);
        batch.put(value);
        Varints.putSigned(batch, 0);
    }

    /** Number of records of a batch. */
    public static int recordCount(ByteBuffer batch) {
        return batch.getInt(batch.position() + 57);
    }
}
