package io.sluice.cli.load;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * When records are due. Latency counts from there, not from the moment of sending: a load that waits for the broker would
 * otherwise leave out the very moments in which others would have waited. Owner: one thread.
 */
final class Pace {

    private final LongSupplier nanoClock;
    private final long startNs;
    private final double intervalNs;
    private long count;

    /** {@code perSecond} records a second from now on; 0 for as many as go. */
    Pace(LongSupplier nanoClock, double perSecond) {
        this.nanoClock = nanoClock;
        this.startNs = nanoClock.getAsLong();
        this.intervalNs = perSecond == 0 ? 0 : 1e9 / perSecond;
    }

    /** Waits until the next record is due, and answers when that was or, without a rate, is. */
    long awaitNext() {
        if (intervalNs == 0) {
            return nanoClock.getAsLong();
        }
        long dueNs = startNs + (long) (count++ * intervalNs);
        long waitNs = dueNs - nanoClock.getAsLong();
        while (waitNs > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(waitNs);
            waitNs = dueNs - nanoClock.getAsLong();
        }
        return dueNs;
    }
}
