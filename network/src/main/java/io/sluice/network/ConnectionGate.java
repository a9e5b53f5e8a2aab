package io.sluice.network;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** Decides which connections a listener serves, and counts them. Any thread. */
final class ConnectionGate {
    /** Addresses whose rates are told apart; those beyond share one. */
    private static final int MEASURED_ADDRESSES_MAX = 10_000;

    private final LongSupplier nanoTime;
    private final AtomicInteger openCount = new AtomicInteger();
    private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
    private final Map<InetAddress, CreationRate> rateByAddress = new ConcurrentHashMap<>();
    private final CreationRate crowdRate;
    private final CreationRate rate;
    private volatile ConnectionLimits limits;
    private volatile ToDoubleFunction<InetAddress> addressRates = address -> Double.MAX_VALUE;

    ConnectionGate(ConnectionLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        rate = new CreationRate(nanoTime.getAsLong());
        crowdRate = new CreationRate(nanoTime.getAsLong());
    }

    /** How a connection is received. */
    enum Verdict {
        /** It is served; {@link #leave} must follow some day. */
        SERVED("served"),
        /** The listener is full. */
        FULL("full"),
        /** Its address has as many as it may. */
        ADDRESS_FULL("address"),
        /** Its address connects too often. */
        ADDRESS_FAST("rate"),
        /** The node has started, and did not learn in time what its cluster had decided before. */
        EARLY("starting");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        /** The reason as metrics name it. */
        String label() {
            return label;
        }
    }

    void limit(ConnectionLimits newLimits) {
        limits = newLimits;
    }

    void limitRates(ToDoubleFunction<InetAddress> perSecond) {
        addressRates = perSecond;
    }

    ConnectionLimits limits() {
        return limits;
    }

    /** Counts the connection if it is to be served. */
    Verdict enter(InetAddress address) {
        ConnectionLimits now = limits;
        double perSecond = addressRates.applyAsDouble(address);
        if (perSecond < Double.MAX_VALUE && !rateOf(address, perSecond).tryTake(perSecond, nanoTime.getAsLong())) {
            return Verdict.ADDRESS_FAST;
        }
        long most = (long) now.connectionsMax() + (address.isLoopbackAddress() ? now.reserved() : 0);
        if (openCount.incrementAndGet() > most) {
            openCount.decrementAndGet();
            return Verdict.FULL;
        }
        if (openByAddress.merge(address, 1, Integer::sum) > now.of(address)) {
            leave(address);
            return Verdict.ADDRESS_FULL;
        }
        return Verdict.SERVED;
    }

    /** For how many nanoseconds no further connection should be accepted after this one. */
    long pauseNs() {
        int perSecond = limits.creationRateMax();
        return perSecond == Integer.MAX_VALUE ? 0 : rate.take(perSecond, nanoTime.getAsLong());
    }

    /** The connection that was served is closed. */
    void leave(InetAddress address) {
        openCount.decrementAndGet();
        openByAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }

    private CreationRate rateOf(InetAddress address, double perSecond) {
        CreationRate known = rateByAddress.get(address);
        if (known != null) {
            return known;
        }
        long now = nanoTime.getAsLong();
        if (rateByAddress.size() >= MEASURED_ADDRESSES_MAX) {
            rateByAddress.values().removeIf(each -> each.isRested(perSecond, now));
        }
        return rateByAddress.size() < MEASURED_ADDRESSES_MAX
                ? rateByAddress.computeIfAbsent(address, same -> new CreationRate(now))
                : crowdRate;
    }
}
