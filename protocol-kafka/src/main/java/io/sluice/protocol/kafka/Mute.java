package io.sluice.protocol.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.sluice.common.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A time for which a connection handles nothing, KIP-219. Owner: the connection's event loop. */
final class Mute {
    private final EventExecutor loop;
    private final Clock clock;
    private final Runnable whenOver;
    private boolean isOn;
    private long untilNs;
    private @Nullable Future<?> timer;

    Mute(EventExecutor loop, Clock clock, Runnable whenOver) {
        this.loop = loop;
        this.clock = clock;
        this.whenOver = whenOver;
    }

    /** From now on for so long, or as long as it lasts already if that is longer. */
    void begin(int durationMs) {
        long endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(durationMs);
        if (!isOn) {
            isOn = true;
            untilNs = endNs;
            timer = loop.schedule(this::check, durationMs, TimeUnit.MILLISECONDS);
        } else if (endNs - untilNs > 0) {
            untilNs = endNs;
        }
    }

    boolean isOn() {
        return isOn;
    }

    /** Whether it is over within so long. */
    boolean isOverWithin(long durationMs) {
        return !isOn || untilNs - clock.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(durationMs);
    }

    /** Nobody waits for its end any more. */
    void cancel() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void check() {
        long leftNs = untilNs - clock.nanoTime();
        if (leftNs > 0) {
            timer = loop.schedule(this::check, leftNs, TimeUnit.NANOSECONDS);
            return;
        }
        isOn = false;
        whenOver.run();
    }
}
