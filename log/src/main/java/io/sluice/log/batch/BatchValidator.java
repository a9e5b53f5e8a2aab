package io.sluice.log.batch;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a client's batch may be appended, as Kafka 4.3's {@code LogValidator} and {@code UnifiedLog} do, and
 * sets what the broker owns in it.
 *
 * <p>Records of an uncompressed batch are always walked. A compressed batch is opened only when its header cannot answer
 * (no largest timestamp or one that is out of bounds, keys required, a bound on the past): otherwise the header is
 * believed, which Kafka does not do. Used by one thread; allocates nothing per record that is good.
 */
public final class BatchValidator implements AutoCloseable {
    /** What a compressed batch may unpack to; beyond lies no honest batch of at most 15 MiB. */
    static final long UNPACKED_BYTES_MAX = 512L << 20;

    private static final long NO_TIMESTAMP = -1;

    /** Records named in a refusal; a batch can have hundreds of thousands, which nobody reads. */
    private static final int FAULTS_MAX = 50;

    private final PlainRecordScan plainRecords = new PlainRecordScan();
    private final RecordCursor cursor = new RecordCursor();
    private final List<RecordFault> faults = new ArrayList<>();
    private long foundMaxTimestampMs;

    /** Without state between batches. */
    public BatchValidator() {}

    /**
     * Checks the one batch that lies between position and limit. If it is good, then stamps it in place: with log append
     * time the bit and {@code nowMs}, otherwise the right largest timestamp if the client's is wrong; the CRC is computed
     * anew only then. Answers {@link ErrorCode#NONE} or why it is refused; a refused batch is not changed.
     */
    public ErrorCode validateAndStamp(ByteBuffer batch, BatchLimits limits, long nowMs) {
        faults.clear();
        ErrorCode error = checkFrame(batch, limits);
        if (error == ErrorCode.NONE) {
            error = checkHeader(batch);
        }
        if (error == ErrorCode.NONE) {
            error = checkRecords(batch, limits, nowMs);
        }
        if (error == ErrorCode.NONE) {
            stamp(batch, limits, nowMs);
        }
        return error;
    }

    /** The records because of which the last batch was refused, as far as it was they; the first of them if many. */
    public List<RecordFault> faults() {
        return List.copyOf(faults);
    }

    private static ErrorCode checkFrame(ByteBuffer batch, BatchLimits limits) {
        int position = batch.position();
        int remaining = batch.remaining();
        if (remaining <= BatchLayout.MAGIC) {
            return ErrorCode.CORRUPT_MESSAGE;
        }
        if (BatchHeader.magic(batch, position) != BatchLayout.MAGIC_V2) {
            return ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT;
        }
        long sizeBytes = BatchLayout.LENGTH_OVERHEAD + (long) batch.getInt(position + BatchLayout.LENGTH);
        if (sizeBytes < BatchLayout.RECORDS || sizeBytes > remaining) {
            return ErrorCode.CORRUPT_MESSAGE;
        }
        if (sizeBytes < remaining) {
            // Something follows: Kafka takes exactly one batch per partition and request.
            return ErrorCode.INVALID_RECORD;
        }
        if (sizeBytes > Math.min(limits.batchBytesMax(), RecordCursor.RECORD_BYTES_MAX)) {
            return ErrorCode.MESSAGE_TOO_LARGE;
        }
        return BatchHeader.hasValidCrc(batch, position) ? ErrorCode.NONE : ErrorCode.CORRUPT_MESSAGE;
    }

    private static ErrorCode checkHeader(ByteBuffer batch) {
        int position = batch.position();
        int attributes = BatchHeader.attributes(batch, position);
        if (BatchHeader.isTransactional(batch, position)) {
            return ErrorCode.INVALID_TXN_STATE;
        }
        if (BatchHeader.isLogAppendTime(batch, position)) {
            return ErrorCode.INVALID_TIMESTAMP;
        }
        if (!Compression.exists(attributes & BatchLayout.COMPRESSION_MASK)) {
            return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        }
        int recordCount = BatchHeader.recordCount(batch, position);
        // The delete horizon is a broker's: in a client's batch it would be taken for one that compaction has set.
        boolean good = (attributes & (BatchLayout.CONTROL_BIT | BatchLayout.DELETE_HORIZON_BIT)) == 0
                && BatchHeader.baseOffset(batch, position) == 0
                && recordCount > 0
                && BatchHeader.lastOffsetDelta(batch, position) == recordCount - 1
                && hasGoodProducer(batch, position);
        return good ? ErrorCode.NONE : ErrorCode.INVALID_RECORD;
    }

    private static boolean hasGoodProducer(ByteBuffer batch, int position) {
        long producerId = BatchHeader.producerId(batch, position);
        if (producerId == BatchLayout.NO_PRODUCER_ID) {
            return true;
        }
        return producerId >= 0
                && BatchHeader.producerEpoch(batch, position) >= 0
                && BatchHeader.baseSequence(batch, position) >= 0;
    }

    private ErrorCode checkRecords(ByteBuffer batch, BatchLimits limits, long nowMs) {
        int position = batch.position();
        foundMaxTimestampMs = BatchHeader.maxTimestampMs(batch, position);
        if (BatchHeader.compressionId(batch, position) == Compression.NONE.id()) {
            return scan(batch, limits, nowMs);
        }
        boolean isHeaderEnough = !mustUnpack(batch, position, limits) && isTimely(foundMaxTimestampMs, limits, nowMs);
        return isHeaderEnough ? ErrorCode.NONE : walk(batch, limits, nowMs);
    }

    private ErrorCode scan(ByteBuffer batch, BatchLimits limits, long nowMs) {
        if (!plainRecords.isGood(batch, batch.position(), limits.keysRequired())) {
            walk(batch, limits, nowMs);
            return ErrorCode.INVALID_RECORD;
        }
        foundMaxTimestampMs = plainRecords.maxTimestampMs();
        boolean timely = isTimely(plainRecords.minTimestampMs(), limits, nowMs)
                && isTimely(plainRecords.maxTimestampMs(), limits, nowMs);
        return timely ? ErrorCode.NONE : walk(batch, limits, nowMs);
    }

    private static boolean mustUnpack(ByteBuffer batch, int position, BatchLimits limits) {
        if (limits.keysRequired()) {
            return true;
        }
        if (limits.logAppendTime()) {
            return false;
        }
        long maxTimestampMs = BatchHeader.maxTimestampMs(batch, position);
        return maxTimestampMs == NO_TIMESTAMP
                || maxTimestampMs < BatchHeader.baseTimestampMs(batch, position)
                || limits.beforeMaxMs() != Long.MAX_VALUE;
    }

    /** Looks at each record, which also tells which of them are at fault. */
    private ErrorCode walk(ByteBuffer batch, BatchLimits limits, long nowMs) {
        int index = 0;
        long maxTimestampMs = NO_TIMESTAMP;
        ErrorCode error = ErrorCode.NONE;
        try {
            cursor.open(batch, batch.position(), UNPACKED_BYTES_MAX);
            while (cursor.next()) {
                ErrorCode found = checkRecord(index, limits, nowMs);
                error = error == ErrorCode.NONE || found == ErrorCode.INVALID_TIMESTAMP ? found : error;
                maxTimestampMs = Math.max(maxTimestampMs, cursor.timestampMs());
                index++;
            }
        } catch (MalformedBatchException malformed) {
            if (index < BatchHeader.recordCount(batch, batch.position())) {
                addFault(index, String.valueOf(malformed.getMessage()));
            }
            return ErrorCode.INVALID_RECORD;
        } finally {
            cursor.close();
        }
        foundMaxTimestampMs = maxTimestampMs;
        return error;
    }

    private ErrorCode checkRecord(int index, BatchLimits limits, long nowMs) {
        if (cursor.offsetDelta() != index) {
            addFault(index, "its offset delta is " + cursor.offsetDelta() + " instead of " + index);
            return ErrorCode.INVALID_RECORD;
        }
        if (limits.keysRequired() && cursor.keyLength() < 0) {
            addFault(index, "a record of a compacted topic needs a key");
            return ErrorCode.INVALID_RECORD;
        }
        if (!isTimely(cursor.timestampMs(), limits, nowMs)) {
            addFault(index, "its timestamp " + cursor.timestampMs() + " is outside of the topic's bounds");
            return ErrorCode.INVALID_TIMESTAMP;
        }
        return ErrorCode.NONE;
    }

    private void addFault(int index, String text) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(new RecordFault(index, text));
        }
    }

    private static boolean isTimely(long timestampMs, BatchLimits limits, long nowMs) {
        if (limits.logAppendTime() || timestampMs == NO_TIMESTAMP) {
            return true;
        }
        if (timestampMs <= nowMs) {
            // Not nowMs - timestampMs, which overflows for a timestamp far below zero.
            return timestampMs >= nowMs - limits.beforeMaxMs();
        }
        return timestampMs - nowMs <= limits.afterMaxMs();
    }

    private void stamp(ByteBuffer batch, BatchLimits limits, long nowMs) {
        int position = batch.position();
        if (limits.logAppendTime()) {
            int attributes = BatchHeader.attributes(batch, position) | BatchLayout.TIMESTAMP_TYPE_BIT;
            batch.putShort(position + BatchLayout.ATTRIBUTES, (short) attributes);
            batch.putLong(position + BatchLayout.MAX_TIMESTAMP, nowMs);
        } else if (BatchHeader.maxTimestampMs(batch, position) != foundMaxTimestampMs) {
            batch.putLong(position + BatchLayout.MAX_TIMESTAMP, foundMaxTimestampMs);
        } else {
            return;
        }
        batch.putInt(position + BatchLayout.CRC, BatchHeader.computeCrc(batch, position));
    }

    @Override
    public void close() {
        cursor.close();
    }
}
