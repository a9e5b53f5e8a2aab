package io.sluice.broker.quota;

import io.sluice.common.Clock;

/**
 * Tokens that fill up at the quota's rate to what all windows together may use, KIP-599: a large single use is paid off
 * at the quota's rate instead of being held against its user until its window is forgotten.
 */
final class TokenBucketMeter extends Meter {
    private final double burstSeconds;
    private double used;
    private long filledMs;

    TokenBucketMeter(Clock clock, double limit, int windowCount, long windowMs) {
        super(clock, limit, windowMs, REST_MS_MAX);
        burstSeconds = windowCount * windowMs / SECOND_MS;
        filledMs = nowMs();
    }

    @Override
    void add(double amount, long now) {
        fill(now);
        used = Math.max(0, used + amount);
    }

    @Override
    double excess(long now) {
        fill(now);
        return used - limit() * burstSeconds;
    }

    /** A debt takes as long as it takes: who waits in silence must not be let off it. */
    @Override
    boolean isForgotten(long now, long idleMs) {
        fill(now);
        return used == 0 && idleMs > burstSeconds * SECOND_MS;
    }

    private void fill(long now) {
        used = Math.max(0, used - limit() * (now - filledMs) / SECOND_MS);
        filledMs = now;
    }
}
