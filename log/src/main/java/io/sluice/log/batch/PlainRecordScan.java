package io.sluice.log.batch;

import java.nio.ByteBuffer;

/**
 * Checks the records of an uncompressed batch as {@link RecordCursor} does, in half the time: every produced record
 * passes here. Positions stay in local variables: a number and the position behind it travel as one long, which is
 * negative if the bytes are malformed. Used by one thread.
 */
final class PlainRecordScan {
    private static final long MALFORMED = -1;

    private boolean keysRequired;
    private long baseTimestampMs;
    private long timestampMs;
    private long minTimestampMs;
    private long maxTimestampMs;

    /** Whether all records follow the format, with offset deltas in order and with keys if those are required. */
    boolean isGood(ByteBuffer batch, int position, boolean eachHasKey) {
        keysRequired = eachHasKey;
        baseTimestampMs = BatchHeader.baseTimestampMs(batch, position);
        int at = position + BatchLayout.RECORDS;
        int end = position + BatchLayout.sizeBytes(batch, position);
        int recordCount = BatchHeader.recordCount(batch, position);
        long smallestMs = Long.MAX_VALUE;
        long largestMs = -1;
        for (int index = 0; index < recordCount; index++) {
            long length = varint(batch, at, end);
            int start = position(length);
            if (length < 0 || value(length) <= 0 || value(length) > end - start) {
                return false;
            }
            at = start + value(length);
            if (!isCommonRecord(batch, start, at, index) && !isGoodRecord(batch, start, at, index)) {
                return false;
            }
            if (timestampMs != -1) {
                smallestMs = Math.min(smallestMs, timestampMs);
                largestMs = Math.max(largestMs, timestampMs);
            }
        }
        minTimestampMs = smallestMs == Long.MAX_VALUE ? -1 : smallestMs;
        maxTimestampMs = largestMs;
        return at == end;
    }

    /** Smallest timestamp of the last good batch, leaving out records without one; −1 if none has. */
    long minTimestampMs() {
        return minTimestampMs;
    }

    /** Largest timestamp of the last good batch; −1 if none. */
    long maxTimestampMs() {
        return maxTimestampMs;
    }

    /**
     * Whether it is a good record of the common kind: no headers, small numbers. Its numbers then lie in eight bytes,
     * which one load takes; false says nothing, {@link #isGoodRecord} decides.
     */
    private boolean isCommonRecord(ByteBuffer bytes, int start, int end, int expectedDelta) {
        if (end - start < Long.BYTES || bytes.get(end - 1) != 0) {
            return false;
        }
        long word = bytes.getLong(start);
        int used = 1;
        int timestampBytes = lengthAt(word, used);
        int delta = numberAt(word, used, timestampBytes);
        used += timestampBytes;
        int offsetBytes = lengthAt(word, used);
        int offset = numberAt(word, used, offsetBytes);
        used += offsetBytes;
        int keyBytes = lengthAt(word, used);
        int keyLength = numberAt(word, used, keyBytes);
        used += keyBytes;
        if (timestampBytes + offsetBytes + keyBytes > Long.BYTES - 1 || offset != expectedDelta) {
            return false;
        }
        timestampMs = baseTimestampMs + delta;
        if (keyLength == -1 && !keysRequired && used + 2 <= Long.BYTES) {
            int contentBytes = lengthAt(word, used);
            int contentLength = numberAt(word, used, contentBytes);
            return contentBytes <= 2 && contentLength >= 0 && start + used + contentBytes + contentLength == end - 1;
        }
        if (keyLength < 0 || keyLength > end - start - used) {
            return false;
        }
        long content = varint(bytes, start + used + keyLength, end);
        return content >= 0 && value(content) >= 0 && position(content) + (long) value(content) == end - 1;
    }

    /** Bytes of the number that begins at a byte of the word: 1 or 2, or 8 if it is longer. */
    private static int lengthAt(long word, int index) {
        if (byteAt(word, index) < 0x80) {
            return 1;
        }
        return byteAt(word, index + 1) < 0x80 ? 2 : Long.BYTES;
    }

    private static int numberAt(long word, int index, int lengthBytes) {
        int zigzag = byteAt(word, index) & 0x7F;
        if (lengthBytes > 1) {
            zigzag |= (byteAt(word, index + 1) & 0x7F) << 7;
        }
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** Behind the last byte it answers any: the sum of lengths tells. */
    private static int byteAt(long word, int index) {
        return (int) (word >>> (Long.SIZE - Byte.SIZE - index * Byte.SIZE)) & 0xFF;
    }

    private boolean isGoodRecord(ByteBuffer bytes, int start, int end, int expectedDelta) {
        int at = readTimestamp(bytes, start + 1, end);
        if (at < 0) {
            return false;
        }
        long delta = varint(bytes, at, end);
        if (delta < 0 || value(delta) != expectedDelta) {
            return false;
        }
        long key = varint(bytes, position(delta), end);
        int leastKeyLength = keysRequired ? 0 : -1;
        if (key < 0 || value(key) < leastKeyLength || value(key) > end - position(key)) {
            return false;
        }
        long content = varint(bytes, position(key) + Math.max(0, value(key)), end);
        if (content < 0 || value(content) < -1 || value(content) > end - position(content)) {
            return false;
        }
        long headers = varint(bytes, position(content) + Math.max(0, value(content)), end);
        if (headers < 0 || value(headers) < 0) {
            return false;
        }
        return skipHeaders(bytes, position(headers), end, value(headers)) == end;
    }

    /** Answers the position behind it, negative if malformed. */
    private int readTimestamp(ByteBuffer bytes, int start, int end) {
        long zigzag = 0;
        int at = start;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at >= end) {
                return -1;
            }
            byte next = bytes.get(at++);
            zigzag |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                timestampMs = baseTimestampMs + ((zigzag >>> 1) ^ -(zigzag & 1));
                return at;
            }
        }
        return -1;
    }

    private static int skipHeaders(ByteBuffer bytes, int start, int end, int count) {
        int at = start;
        for (int header = 0; header < count; header++) {
            long key = varint(bytes, at, end);
            if (key < 0 || value(key) < 0 || value(key) > end - position(key)) {
                return -1;
            }
            long content = varint(bytes, position(key) + value(key), end);
            if (content < 0 || value(content) < -1 || value(content) > end - position(content)) {
                return -1;
            }
            at = position(content) + Math.max(0, value(content));
        }
        return at;
    }

    private static long varint(ByteBuffer bytes, int at, int end) {
        if (at >= end) {
            return MALFORMED;
        }
        int first = bytes.get(at);
        return first >= 0 ? pack(at + 1, first) : longVarint(bytes, at, end);
    }

    private static long longVarint(ByteBuffer bytes, int start, int end) {
        int zigzag = 0;
        int at = start;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            if (at >= end) {
                return MALFORMED;
            }
            byte next = bytes.get(at++);
            zigzag |= (next & 0x7F) << shift;
            if (next >= 0) {
                return pack(at, zigzag);
            }
        }
        return MALFORMED;
    }

    private static long pack(int at, int zigzag) {
        return (long) at << Integer.SIZE | ((zigzag >>> 1) ^ -(zigzag & 1)) & 0xFFFFFFFFL;
    }

    private static int position(long packed) {
        return (int) (packed >>> Integer.SIZE);
    }

    private static int value(long packed) {
        return (int) packed;
    }
}
