package io.sluice.broker.api;

import java.net.InetAddress;

/** Measures who uses how much. A door asks for meters and throttles; no access rule applies. Any thread, never blocks. */
public interface QuotaMeters {
    /** No quota at all. */
    QuotaMeters NONE = new QuotaMeters() {
        @Override
        public boolean isLimited(QuotaKey key) {
            return false;
        }

        @Override
        public int version() {
            return 0;
        }

        @Override
        public QuotaMeter meter(QuotaKey key, String user, String clientId) {
            return QuotaMeter.UNLIMITED;
        }

        @Override
        public double connectionRate(InetAddress address) {
            return Double.MAX_VALUE;
        }
    };

    /** Whether anybody has such a quota. As long as nobody has, nothing needs to be measured. */
    boolean isLimited(QuotaKey key);

    /** Another number after every change of a quota: meters taken before may be those of another quota. */
    int version();

    /** The meter of the most specific quota that applies, as Kafka orders its eight levels; unlimited if none does. */
    QuotaMeter meter(QuotaKey key, String user, String clientId);

    /** Connections a second that are accepted from the address; {@link Double#MAX_VALUE} without a quota. */
    double connectionRate(InetAddress address);
}
