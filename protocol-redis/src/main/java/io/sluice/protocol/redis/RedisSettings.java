package io.sluice.protocol.redis;

import io.sluice.network.ListenerSettings;

/**
 * The Redis listener.
 *
 * @param listener address and limits of connections
 * @param requestBytesMax largest request, which is also the largest transaction
 * @param requestMemoryBytes received requests of all connections that are not whole or wait; reading stops there
 */
public record RedisSettings(ListenerSettings listener, int requestBytesMax, long requestMemoryBytes) {
    /** A request holds the largest entry and some more; 64 MiB for all. */
    public static RedisSettings of(ListenerSettings listener) {
        return new RedisSettings(listener, 20 << 20, 64L << 20);
    }
}
