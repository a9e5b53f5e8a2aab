package io.sluice.network;

/** Connections a second on average, with as many at once after rest as ten seconds give. Any thread. */
final class CreationRate {
    private static final double BURST_SECONDS = 10;
    private static final double SECOND_NS = 1e9;

    private double used;
    private long seenNs;

    CreationRate(long nowNs) {
        seenNs = nowNs;
    }

    /** Counts one if it is within the rate. */
    synchronized boolean tryTake(double perSecond, long nowNs) {
        flow(perSecond, nowNs);
        if (used + 1 > Math.max(1, perSecond * BURST_SECONDS)) {
            return false;
        }
        used++;
        return true;
    }

    /** Counts one; answers for how many nanoseconds no other should come. */
    synchronized long take(double perSecond, long nowNs) {
        flow(perSecond, nowNs);
        used++;
        return (long) Math.max(0, (used - perSecond * BURST_SECONDS) / perSecond * SECOND_NS);
    }

    /** Whether nothing is left of what was counted. */
    synchronized boolean isRested(double perSecond, long nowNs) {
        flow(perSecond, nowNs);
        return used == 0;
    }

    private void flow(double perSecond, long nowNs) {
        used = Math.max(0, used - perSecond * (nowNs - seenNs) / SECOND_NS);
        seenNs = nowNs;
    }
}
