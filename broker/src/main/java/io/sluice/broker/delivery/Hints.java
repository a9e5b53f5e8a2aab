package io.sluice.broker.delivery;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What was looked up for a command that could not be decided without the disk.
 *
 * @param attempt how often it was tried
 * @param start where a group begins
 * @param offset where the batches were looked for
 * @param spans batches there; null if nobody looked
 */
record Hints(int attempt, OptionalLong start, long offset, LogView.@Nullable Spans spans) {
    /** At first. */
    static final Hints NONE = new Hints(0, OptionalLong.empty(), -1, null);

    private static final int ATTEMPTS_MAX = 4;

    /** Whether it may be tried once more: every time others may have been faster. */
    boolean mayTryAgain() {
        return attempt < ATTEMPTS_MAX;
    }

    Hints withStart(long position) {
        return new Hints(attempt + 1, OptionalLong.of(position), offset, spans);
    }

    Hints withSpans(long at, LogView.Spans found) {
        return new Hints(attempt + 1, start, at, found);
    }

    /** Something was done since: as many attempts as at first. */
    Hints afterProgress() {
        return new Hints(0, start, offset, spans);
    }

    /** The log with what was looked up. */
    LogView over(LogView log) {
        LogView.Spans found = spans;
        return found == null ? log : new LookedUp(log, offset, found);
    }

    private record LookedUp(LogView log, long at, LogView.Spans found) implements LogView {
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
            return offset == at && !found.isCold() ? found : log.spans(offset, bytesMax);
        }
    }
}
