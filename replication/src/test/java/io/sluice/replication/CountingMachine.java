package io.sluice.replication;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;

/** Counts events and remembers their order: two that saw the same events in another order differ. */
final class CountingMachine implements StateMachine {
    static final int EVENT_BYTES = 8;

    private long count;
    private long order;

    /** What the order number becomes with one more event. */
    static long next(long order, long number) {
        return order * 31 + number;
    }

    long count() {
        return count;
    }

    long order() {
        return order;
    }

    static ByteBuffer event(long number) {
        return ByteBuffer.allocate(EVENT_BYTES).putLong(number).flip();
    }

    @Override
    public int id() {
        return 5;
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        long orderBefore = order;
        count++;
        order = next(order, event.getLong());
        undo.add(() -> {
            count--;
            order = orderBefore;
        });
    }

    @Override
    public void leaderStarted(long nowMs) {}

    @Override
    public void leaderStopped(ErrorCode reason) {}

    @Override
    public long nextDeadlineMs() {
        return Long.MAX_VALUE;
    }

    @Override
    public void deadlinePassed(Decision decision, long nowMs) {}

    @Override
    public ByteBuffer snapshot() {
        return ByteBuffer.allocate(16).putLong(count).putLong(order).flip();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        count = snapshot.getLong();
        order = snapshot.getLong();
    }
}
