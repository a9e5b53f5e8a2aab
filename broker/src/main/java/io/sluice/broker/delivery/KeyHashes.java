package io.sluice.broker.delivery;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;

/** Keys of records as numbers. The numbers are stored in rows: the same in every version. */
final class KeyHashes {
    /** Of a record without a key. */
    static final long NONE = 0;

    /** Of batches in which no record has a key. */
    static final long[] NO_KEYS = {};

    private static final long UNPACKED_BYTES_MAX = 64L << 20;
    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long LAST_FACTOR = 0x94D049BB133111EBL;

    private KeyHashes() {}

    /** Of each offset of the batch the hash of its key; empty if no record has one or nobody can read it. */
    static long[] of(RecordCursor cursor, ByteBuffer batch, int position) {
        long[] keys = new long[BatchHeader.lastOffsetDelta(batch, position) + 1];
        boolean isAny = false;
        try {
            cursor.open(batch, position, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                if (cursor.keyLength() >= 0) {
                    keys[cursor.offsetDelta()] = hash(cursor.bytes(), cursor.keyPosition(), cursor.keyLength());
                    isAny = true;
                }
            }
        } catch (MalformedBatchException unreadable) {
            return NO_KEYS;
        }
        return isAny ? keys : NO_KEYS;
    }

    /** Never {@link #NONE}. */
    static long hash(ByteBuffer bytes, int position, int length) {
        long hash = SEED ^ length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes.get(position + i)) * FACTOR;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 32)) * LAST_FACTOR;
        hash ^= hash >>> 31;
        return hash == NONE ? 1 : hash;
    }
}
