package io.sluice.broker.compaction;

import io.sluice.common.Clock;
import io.sluice.replication.CompactionStoppedException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Holds compaction to bytes per second, lets appends go first, and ends it when the broker stops. While there are appends it
 * rests as long as it works: on few cores their longest waits would otherwise be for compaction. One thread works, any stops
 * it.
 */
final class Pace {
    private static final double NS_PER_SECOND = 1e9;
    private static final long NS_PER_MS = 1_000_000;

    /** Shorter rests cost more than they give. */
    private static final long REST_NS_MIN = 4 * NS_PER_MS;

    /** Longer work was waiting for others, which nobody else has to rest from. */
    private static final long WORK_NS_MAX = 50 * NS_PER_MS;

    /** Of a long rest, after which another rate counts. */
    private static final long STEP_MS = 100;

    private final Clock clock;
    private final DoubleSupplier bytesPerSecond;
    private final LongSupplier appended;
    private final Object lock = new Object();
    private long dueNs;
    private long workingSinceNs;
    private long workedNs;
    private long appendedBefore;
    private boolean isStopping;

    /** {@code appended} rises with each append of the broker. */
    Pace(Clock clock, DoubleSupplier bytesPerSecond, LongSupplier appended) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.appended = appended;
        this.dueNs = clock.nanoTime();
        this.workingSinceNs = dueNs;
    }

    /** So many bytes are done; waits if that was too fast. Throws {@link CompactionStoppedException}. */
    void done(long bytes) {
        double rate = bytesPerSecond.getAsDouble();
        long leftMs = restMs(bytes);
        do {
            rest(Math.min(leftMs, STEP_MS));
            leftMs -= STEP_MS;
        } while (leftMs > 0 && rate == bytesPerSecond.getAsDouble());
        if (leftMs > 0) {
            // A rate that was set far too low would otherwise rule for hours after it was corrected.
            dueNs = clock.nanoTime();
        }
        workingSinceNs = clock.nanoTime();
    }

    /** How long it has to wait after so many bytes. */
    long restMs(long bytes) {
        long nowNs = clock.nanoTime();
        // What was not used before is no credit.
        dueNs = Math.max(dueNs, nowNs) + (long) (bytes / bytesPerSecond.getAsDouble() * NS_PER_SECOND);
        return Math.max(dueNs - nowNs, politeRestNs(nowNs)) / NS_PER_MS;
    }

    private long politeRestNs(long nowNs) {
        long appendedNow = appended.getAsLong();
        boolean isBusy = appendedNow != appendedBefore;
        appendedBefore = appendedNow;
        workedNs = isBusy ? workedNs + Math.min(nowNs - workingSinceNs, WORK_NS_MAX) : 0;
        if (workedNs < REST_NS_MIN) {
            return 0;
        }
        long restNs = workedNs;
        workedNs = 0;
        return restNs;
    }

    /** Waits so long. Throws {@link CompactionStoppedException}. */
    void rest(long restMs) {
        long untilNs = clock.nanoTime() + restMs * NS_PER_MS;
        synchronized (lock) {
            long leftMs = restMs;
            while (leftMs > 0 && !isStopping) {
                await(leftMs);
                leftMs = (untilNs - clock.nanoTime()) / NS_PER_MS;
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
