package io.sluice.network;

import java.net.InetAddress;
import java.util.Map;

/**
 * Bounds of a listener's connections; they can change while it serves ({@link Listener#limit}).
 *
 * @param connectionsMax further ones are closed at once
 * @param reserved so many further ones are served if they come from this machine, so that its operator gets in
 * @param perAddressMax of one address
 * @param perAddress of an address that has a bound of its own
 * @param creationRateMax accepted a second on average; faster ones wait in the backlog
 */
public record ConnectionLimits(
        int connectionsMax,
        int reserved,
        int perAddressMax,
        Map<InetAddress, Integer> perAddress,
        int creationRateMax) {
    public ConnectionLimits {
        perAddress = Map.copyOf(perAddress);
    }

    /** So many in all, and none of the other bounds. */
    public static ConnectionLimits of(int connectionsMax, int reserved) {
        return new ConnectionLimits(connectionsMax, reserved, Integer.MAX_VALUE, Map.of(), Integer.MAX_VALUE);
    }

    int of(InetAddress address) {
        return perAddress.getOrDefault(address, perAddressMax);
    }
}
