package io.sluice.log;

import java.util.function.LongPredicate;

/**
 * What one pass of compaction goes by.
 *
 * @param startOffset records below it are gone already
 * @param endOffset only sealed segments that end at or below it are touched: those a durable checkpoint names and that are old
 *     enough
 * @param nowMs wall time, for tombstones
 * @param deleteRetentionMs how long a tombstone stays after the pass that first met it
 * @param keyBytesMax memory for keys; what does not fit is left to the next pass
 * @param isLastOfProducer whether a producer's newest batch begins at the offset: emptied it stays
 */
public record CompactionRules(
        long startOffset,
        long endOffset,
        long nowMs,
        long deleteRetentionMs,
        long keyBytesMax,
        LongPredicate isLastOfProducer) {
    /** When tombstones met now may go. */
    long horizonMs() {
        long sum = nowMs + deleteRetentionMs;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
