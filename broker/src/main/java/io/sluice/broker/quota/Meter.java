package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaMeter;
import io.sluice.common.Clock;

/** What both kinds of meters share: time, the quota's value, and the longest rest. Any thread; its lock is a leaf. */
abstract class Meter implements QuotaMeter {
    /** Longer rests would outlive any client's patience; a use so far above its quota goes on resting after the next one. */
    static final int REST_MS_MAX = 3_600_000;

    private static final long MS_NS = 1_000_000;
    static final double SECOND_MS = 1_000;

    private final Clock clock;
    private final double windowSeconds;
    private final int restMsMax;
    private double limit;
    private long usedMs;
    private boolean isRetired;

    /** Its windows, of this length, are what {@link #perWindow} speaks of. */
    Meter(Clock clock, double limit, long windowMs, int restMsMax) {
        this.clock = clock;
        this.limit = limit;
        windowSeconds = windowMs / SECOND_MS;
        this.restMsMax = restMsMax;
        usedMs = nowMs();
    }

    @Override
    public final synchronized int record(double amount) {
        long now = nowMs();
        usedMs = now;
        add(amount, now);
        return restMs(excess(now));
    }

    @Override
    public final synchronized int waitMs(double wanted) {
        long now = nowMs();
        usedMs = now;
        return restMs(excess(now) + wanted);
    }

    @Override
    public final synchronized double allowance() {
        return -excess(nowMs());
    }

    @Override
    public final synchronized double perWindow() {
        return limit * windowSeconds;
    }

    @Override
    public final synchronized boolean isRetired() {
        return isRetired;
    }

    /** The quota has this value from now on. */
    final synchronized void limit(double perSecond) {
        limit = perSecond;
    }

    /** Retires it if nothing is left of what was used; answers whether it is retired. */
    final synchronized boolean tryRetire() {
        long now = nowMs();
        isRetired |= isForgotten(now, now - usedMs);
        return isRetired;
    }

    /** The quota's value, per second. */
    final double limit() {
        return limit;
    }

    final long nowMs() {
        return clock.nanoTime() / MS_NS;
    }

    abstract void add(double amount, long now);

    /** How much more was used than the quota allows; negative if less. */
    abstract double excess(long now);

    /** Whether nothing is left of what was used, {@code idleMs} after somebody used it or asked. */
    abstract boolean isForgotten(long now, long idleMs);

    private int restMs(double excess) {
        return excess <= 0 ? 0 : (int) Math.min(restMsMax, Math.ceil(excess / limit * SECOND_MS));
    }
}
