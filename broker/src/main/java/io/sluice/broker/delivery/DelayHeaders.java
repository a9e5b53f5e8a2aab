package io.sluice.broker.delivery;

import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The headers by which a record asks to be nobody's for a while: {@code sluice-deliver-at}, a wall time in epoch
 * milliseconds, or {@code sluice-delay}, milliseconds after the record's timestamp; both decimal text. What is no number asks
 * for nothing.
 */
public final class DelayHeaders {
    private static final byte[] DELIVER_AT = "sluice-deliver-at".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DELAY = "sluice-delay".getBytes(StandardCharsets.UTF_8);
    private static final int DIGITS_MAX = 15;
    private static final long UNPACKED_BYTES_MAX = 64L << 20;

    private DelayHeaders() {}

    /** Of each offset of the batch the wall time that it waits for, 0 for none; empty if no record asks. */
    static long[] dueMs(RecordCursor cursor, ByteBuffer batch, int position) {
        long[] due = new long[BatchHeader.lastOffsetDelta(batch, position) + 1];
        boolean isAny = false;
        try {
            cursor.open(batch, position, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                long dueMs = dueMs(cursor);
                due[cursor.offsetDelta()] = dueMs;
                isAny |= dueMs > 0;
            }
        } catch (MalformedBatchException unreadable) {
            return LogView.BatchSpan.ALL_NOW;
        }
        return isAny ? due : LogView.BatchSpan.ALL_NOW;
    }

    /** Index of the first record of the batch that waits for a later time, −1 if none does or nobody can read them. Any thread. */
    public static int firstBeyond(ByteBuffer batch, int position, long latestMs) {
        try (RecordCursor cursor = new RecordCursor()) {
            cursor.open(batch, position, UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                if (dueMs(cursor) > latestMs) {
                    return cursor.offsetDelta();
                }
            }
            return -1;
        } catch (MalformedBatchException unreadable) {
            return -1;
        }
    }

    private static long dueMs(RecordCursor cursor) {
        long dueMs = 0;
        while (cursor.nextHeader()) {
            if (isNamed(cursor, DELIVER_AT)) {
                dueMs = number(cursor);
            } else if (isNamed(cursor, DELAY)) {
                long delayMs = number(cursor);
                dueMs = delayMs == 0 ? 0 : cursor.timestampMs() + delayMs;
            }
        }
        return Math.max(0, dueMs);
    }

    private static boolean isNamed(RecordCursor cursor, byte[] name) {
        if (cursor.headerKeyLength() != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (cursor.bytes().get(cursor.headerKeyPosition() + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static long number(RecordCursor cursor) {
        int length = cursor.headerValueLength();
        if (length < 1 || length > DIGITS_MAX) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            int digit = cursor.bytes().get(cursor.headerValuePosition() + i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
