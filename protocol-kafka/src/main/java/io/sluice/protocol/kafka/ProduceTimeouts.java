package io.sluice.protocol.kafka;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Produce requests of one event loop that wait for their commit. Nearly all are answered long before their time is up, so
 * coming and going costs a link in a list and no timer: one tick, which runs only while anything waits, looks at them
 * all. Owner: the event loop.
 */
final class ProduceTimeouts {
    /** A request waits up to two ticks longer than it allowed. */
    static final int TICK_MS = 200;

    private final EventExecutor loop;
    private @Nullable ProduceCall first;
    private @Nullable ProduceCall last;
    private @Nullable Future<?> ticking;
    private long tick;

    ProduceTimeouts(EventExecutor loop) {
        this.loop = loop;
    }

    /** It waits from now on; {@link ProduceCall#timeOut} is called after the time unless it is removed before. */
    void add(ProduceCall call, int timeoutMs) {
        long ticks = 1 + (Math.max(0L, timeoutMs) + TICK_MS - 1) / TICK_MS;
        call.expiryTick = tick + ticks;
        call.previous = last;
        if (last == null) {
            first = call;
        } else {
            last.next = call;
        }
        last = call;
        if (ticking == null) {
            schedule();
        }
    }

    void remove(ProduceCall call) {
        if (call.previous == null) {
            first = call.next;
        } else {
            call.previous.next = call.next;
        }
        if (call.next == null) {
            last = call.previous;
        } else {
            call.next.previous = call.previous;
        }
        call.previous = null;
        call.next = null;
    }

    private void schedule() {
        ticking = loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        tick++;
        List<ProduceCall> expired = new ArrayList<>();
        for (ProduceCall call = first; call != null; call = call.next) {
            if (call.expiryTick <= tick) {
                expired.add(call);
            }
        }
        expired.forEach(ProduceCall::timeOut);
        ticking = null;
        if (first != null) {
            schedule();
        }
    }
}
