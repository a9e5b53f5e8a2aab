package io.sluice.replication;

import io.sluice.common.Clock;

/**
 * How fast a node that lacks much copies it from others, all its shards together: whoever writes meanwhile needs the same disks
 * and processors. Any thread.
 */
final class CopyPace {
    /** Who came later than he might have goes on faster for so much. */
    private static final long SAVED_NS_MAX = 200_000_000;

    private static final double NS_PER_SECOND = 1e9;

    private final Clock clock;
    private final long bytesPerSecond;
    private long dueNs;

    CopyPace(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.dueNs = clock.nanoTime();
    }

    /** For how many nanoseconds whoever has copied so many bytes rests; not positive if he need not. */
    synchronized long restNs(long bytes) {
        long nowNs = clock.nanoTime();
        dueNs = Math.max(dueNs, nowNs - SAVED_NS_MAX) + (long) (bytes * NS_PER_SECOND / bytesPerSecond);
        return dueNs - nowNs;
    }
}
