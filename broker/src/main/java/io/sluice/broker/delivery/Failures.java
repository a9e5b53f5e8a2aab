package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryOptions;
import java.util.ArrayList;
import java.util.List;

/** What becomes of deliveries that failed: another attempt, now or later, or the end. Collects one decision's. */
final class Failures {
    private final DeliveryOptions options;
    private final RowChanges out;
    private final List<GivenUp> givenUp = new ArrayList<>();
    private long settledRecords;

    Failures(DeliveryOptions options, RowChanges out) {
        this.options = options;
        this.out = out;
    }

    /** Records that are to become dead letters. */
    record GivenUp(long firstOffset, long lastOffset, int count, Cause cause, String reason) {}

    /** The row's attempt failed; {@code delayMs} −1 for the group's backoff. */
    void failed(Row row, Cause cause, long delayMs, String reason) {
        if (isExhausted(row.count())) {
            giveUp(row, cause, reason);
            return;
        }
        long waitMs = delayMs < 0 ? options.backoff().afterMs(row.count()) : delayMs;
        byte state = waitMs > 0 ? RowState.DELAYED : RowState.AVAILABLE;
        out.putAs(row, state, Members.NOBODY, out.nowMs() + waitMs, row.count());
    }

    /** Whether a record that was delivered so often has no attempt left. */
    boolean isExhausted(int count) {
        return options.attemptsMax() > 0 && count >= options.attemptsMax();
    }

    /** Nobody gets the row any more. */
    void giveUp(Row row, Cause cause, String reason) {
        if (options.deadLetters().isOn()) {
            out.putAs(row, RowState.DEAD_LETTERING, cause.code(), out.nowMs(), row.count());
            givenUp.add(new GivenUp(row.offset(), row.last(), row.count(), cause, reason));
        } else {
            out.settle(row.offset(), row.last());
            settledRecords += row.length();
        }
    }

    /** What must go into the dead-letter topic. */
    List<GivenUp> givenUp() {
        return givenUp;
    }

    /** Records that were given up without a trace. */
    long settledRecords() {
        return settledRecords;
    }
}
