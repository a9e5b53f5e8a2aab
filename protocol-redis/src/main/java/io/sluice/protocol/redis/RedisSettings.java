package io.sluice.protocol.redis;

import io.sluice.network.ListenerSettings;

/**
 * The Redis listener.
 *
 * @param listener address and limits of connections
 * @param requestBytesMax largest request, which is also the largest transaction
 * @param requestMemoryBytes received requests of all connections that are not whole or wait; reading stops there. As much again
 *     is for what transactions have queued; more is refused
 * @param stallMs a client that takes nothing of its replies, or does not go on with a request, for so long is cut off
 * @param isDebugAllowed whether DEBUG is answered
 */
public record RedisSettings(
        ListenerSettings listener, int requestBytesMax, long requestMemoryBytes, long stallMs, boolean isDebugAllowed) {
    /** A request holds the largest entry and some more; 64 MiB for all; a minute; no DEBUG. */
    public static RedisSettings of(ListenerSettings listener) {
        return new RedisSettings(listener, 20 << 20, 64L << 20, 60_000, false);
    }

    /** The same with DEBUG or without. */
    public RedisSettings debugging(boolean isAllowed) {
        return new RedisSettings(listener, requestBytesMax, requestMemoryBytes, stallMs, isAllowed);
    }
}
