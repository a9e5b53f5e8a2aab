package io.sluice.broker.delivery;

import io.sluice.broker.delivery.LogView.BatchSpan;
import io.sluice.broker.delivery.LogView.Spans;
import java.util.List;

/**
 * Where batches lie that were looked up on the disk, with the keys of their records if the group is ordered by these: kept
 * until the group is past them, so that records of a backlog that are handed out one by one are not looked up one by one.
 * Owner: the shard's apply thread.
 */
final class KnownSpans {
    private long from;
    private long until;
    private boolean hasKeys;
    private List<BatchSpan> batches = List.of();

    /** Keeps what was found at the offset. */
    void learn(long offset, boolean withKeys, Spans found) {
        if (!found.isCold()) {
            from = offset;
            until = found.untilOffset();
            hasKeys = withKeys;
            batches = found.batches();
        }
    }

    /** The log with what is known; keys are known of nothing else. */
    LogView over(LogView log, boolean withKeys) {
        return until == 0 && !withKeys ? log : new Known(log, this, withKeys);
    }

    private Spans spans(Known view, long offset, int bytesMax) {
        if (offset < from || offset >= until || view.withKeys() && !hasKeys) {
            forget();
            boolean mustLook = view.withKeys() && offset < view.endOffset();
            return mustLook ? Spans.COLD : view.log().spans(offset, bytesMax);
        }
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
        return new Spans(batches.subList(low, batches.size()), false, until);
    }

    private void forget() {
        until = 0;
        batches = List.of();
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
