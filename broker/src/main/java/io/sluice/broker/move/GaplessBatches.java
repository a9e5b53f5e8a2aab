package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.EmptyBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of the old shard as the new one takes them: each begins where the one before it ends. Where compaction left nothing,
 * a batch without records says so; the next pass over the copy takes it out.
 */
final class GaplessBatches {
    private GaplessBatches() {}

    /**
     * The batches of a piece; fails with the reason if they are not what the copy needs.
     *
     * @param bytes whole batches, position 0 to limit
     * @param next where the copy ends
     * @param epoch leader epoch of its last batch, −1 if it has none
     * @param mayHaveGaps whether the log was compacted; otherwise records are gone where there is a gap
     */
    static Result<List<ByteBuffer>> of(ByteBuffer bytes, long next, int epoch, boolean mayHaveGaps) {
        List<ByteBuffer> batches = new ArrayList<>();
        long end = next;
        int lastEpoch = epoch;
        int at = 0;
        while (at < bytes.limit()) {
            int left = bytes.limit() - at;
            int sizeBytes = left < BatchLayout.RECORDS ? -1 : BatchLayout.sizeBytes(bytes, at);
            if (sizeBytes < BatchLayout.RECORDS || sizeBytes > left || !BatchHeader.hasValidCrc(bytes, at)) {
                return Result.failed(ErrorCode.CORRUPT_MESSAGE, "a batch at offset " + end + " is damaged");
            }
            long baseOffset = BatchHeader.baseOffset(bytes, at);
            if (baseOffset < end || baseOffset > end && !mayHaveGaps) {
                return Result.failed(ErrorCode.OFFSET_OUT_OF_RANGE, gone(end));
            }
            batches.addAll(gap(end, baseOffset, lastEpoch));
            batches.add(bytes.slice(at, sizeBytes));
            end = BatchHeader.lastOffset(bytes, at) + 1;
            lastEpoch = BatchHeader.leaderEpoch(bytes, at);
            at += sizeBytes;
        }
        return Result.of(batches);
    }

    /** In words, that the copy cannot go on. */
    static String gone(long offset) {
        return "records are gone that were to be copied next, from offset " + offset + " on";
    }

    /**
     * What stands for the offsets from the one up to before the other. It belongs to the leader epoch before it: a client that
     * stands in the gap, and asks where that epoch ended, must not hear of a place before its own.
     */
    static List<ByteBuffer> gap(long from, long until, int epochBefore) {
        List<ByteBuffer> batches = new ArrayList<>();
        for (long first = from; first < until; first += EmptyBatch.OFFSETS_MAX) {
            long last = Math.min(until, first + EmptyBatch.OFFSETS_MAX) - 1;
            batches.add(EmptyBatch.over(first, last, Math.max(0, epochBefore)));
        }
        return batches;
    }
}
