package io.sluice.broker.delivery;

import io.sluice.broker.delivery.LogView.BatchSpan;
import io.sluice.broker.delivery.LogView.Spans;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where batches lie that were looked up on the disk, with the keys of their records if the group is ordered by these: kept
 * until the group is past them, so that records of a backlog that are handed out one by one are not looked up one by one. There
 * are two pieces, one that the group goes through and the one behind it. Owner: the shard's apply thread.
 */
final class KnownSpans {
    private static final Piece NOTHING = new Piece(0, 0, true, List.of());

    private Piece current = NOTHING;
    private Piece next = NOTHING;

    private record Piece(long from, long until, boolean hasKeys, List<BatchSpan> batches) {
        boolean covers(long offset, boolean withKeys) {
            return offset >= from && offset < until && (hasKeys || !withKeys);
        }

        List<BatchSpan> from(long offset) {
            int low = 0;
            int high = batches.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (batches.get(middle).lastOffset() < offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return batches.subList(low, batches.size());
        }
    }

    /** Keeps what was found at the offset. */
    void learn(long offset, boolean withKeys, Spans found) {
        if (found.isCold()) {
            return;
        }
        Piece piece = new Piece(offset, found.untilOffset(), withKeys, found.batches());
        if (offset == current.until()) {
            next = piece;
        } else {
            current = piece;
            next = NOTHING;
        }
    }

    /** Where the next piece begins that a group at this position will want; empty if it is known, or there is none. */
    OptionalLong unknownBehind(long position, long endOffset) {
        boolean isUnknown = current.covers(position, false) && next == NOTHING && current.until() < endOffset;
        return isUnknown ? OptionalLong.of(current.until()) : OptionalLong.empty();
    }

    /** The log with what is known; keys are known of nothing else. */
    LogView over(LogView log, boolean withKeys) {
        return current == NOTHING && next == NOTHING && !withKeys ? log : new Known(log, this, withKeys);
    }

    private Spans spans(Known view, long offset, int bytesMax) {
        if (!current.covers(offset, view.withKeys())) {
            current = next;
            next = NOTHING;
        }
        if (!current.covers(offset, view.withKeys())) {
            current = NOTHING;
            boolean mustLook = view.withKeys() && offset < view.endOffset();
            return mustLook ? Spans.COLD : view.log().spans(offset, bytesMax);
        }
        return new Spans(current.from(offset), false, current.until());
    }

    private record Known(LogView log, KnownSpans spans, boolean withKeys) implements LogView {
        @Override
        public long startOffset() {
            return log.startOffset();
        }

        @Override
        public long endOffset() {
            return log.endOffset();
        }

        @Override
        public int bytesPerRecord() {
            return log.bytesPerRecord();
        }

        @Override
        public long wallMs() {
            return log.wallMs();
        }

        @Override
        public Spans spans(long offset, int bytesMax) {
            return spans.spans(this, offset, bytesMax);
        }
    }
}
