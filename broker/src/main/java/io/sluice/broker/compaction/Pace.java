package io.sluice.broker.compaction;

import io.sluice.common.Clock;
import io.sluice.replication.CompactionStoppedException;

/** Holds compaction to bytes per second, and ends it when the broker stops. One thread works, any stops it. */
final class Pace {
    private static final double NS_PER_SECOND = 1e9;

    private final Clock clock;
    private final double bytesPerSecond;
    private final Object lock = new Object();
    private long dueNs;
    private boolean isStopping;

    Pace(Clock clock, double bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.dueNs = clock.nanoTime();
    }

    /** So many bytes are done; waits if that was too fast. Throws {@link CompactionStoppedException}. */
    void done(long bytes) {
        long nowNs = clock.nanoTime();
        // What was not used before is no credit.
        dueNs = Math.max(dueNs, nowNs) + (long) (bytes / bytesPerSecond * NS_PER_SECOND);
        rest((dueNs - nowNs) / 1_000_000);
    }

    /** Waits so long. Throws {@link CompactionStoppedException}. */
    void rest(long restMs) {
        long untilNs = clock.nanoTime() + restMs * 1_000_000;
        synchronized (lock) {
            long leftMs = restMs;
            while (leftMs > 0 && !isStopping) {
                await(leftMs);
                leftMs = (untilNs - clock.nanoTime()) / 1_000_000;
            }
            if (isStopping) {
                throw new CompactionStoppedException("the broker stops");
            }
        }
    }

    private void await(long leftMs) {
        try {
            lock.wait(leftMs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompactionStoppedException("the thread was interrupted");
        }
    }

    void stop() {
        synchronized (lock) {
            isStopping = true;
            lock.notifyAll();
        }
    }
}
