package io.sluice.broker.stream;

import io.sluice.broker.api.StreamTrim;

/**
 * From where on a stream stays. Blocks for rough trims are so many offsets in a row: they hold what was added one after the
 * other, deleted or not, as the nodes of a Redis stream do.
 */
final class StreamTrimming {
    private StreamTrimming() {}

    /** What stays of the newest {@code count}. */
    static long keepNewest(StreamState state, StreamTrim trim, long count, int blockEntries) {
        if (state.length() <= count) {
            return state.firstOffset();
        }
        if (!trim.isRough()) {
            return count == 0 ? state.endOffset() : state.offsetBack(state.endOffset(), count);
        }
        return wholeBlocks(state, trim.limit(), blockEntries, (blockEnd, gone) -> state.length() - gone >= count);
    }

    /** What stays from the offset on, where the first entry to keep lies. */
    static long keepFrom(StreamState state, StreamTrim trim, long offset, int blockEntries) {
        if (!trim.isRough()) {
            return Math.max(state.firstOffset(), offset);
        }
        return wholeBlocks(state, trim.limit(), blockEntries, (blockEnd, gone) -> blockEnd <= offset);
    }

    private interface MayGo {
        boolean test(long blockEnd, long goneAfterwards);
    }

    private static long wholeBlocks(StreamState state, long limit, int blockEntries, MayGo mayGo) {
        long first = state.firstOffset();
        long gone = 0;
        while (first < state.endOffset()) {
            long blockEnd = Math.min(state.endOffset(), (first / blockEntries + 1) * blockEntries);
            long entries = state.countBetween(first, blockEnd);
            boolean isBeyondLimit = limit > 0 && gone + entries > limit;
            if (isBeyondLimit || !mayGo.test(blockEnd, gone + entries)) {
                break;
            }
            gone += entries;
            first = blockEnd;
        }
        return first;
    }
}
