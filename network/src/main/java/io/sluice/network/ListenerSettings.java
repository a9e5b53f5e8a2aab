package io.sluice.network;

/**
 * One bound address.
 *
 * @param name protocol, as metrics and log lines name it
 * @param host name or address to bind
 * @param port 0 picks a free one
 * @param limits bounds of its connections to begin with
 * @param idleTimeoutMs a connection without a byte in either direction for so long is closed, 0 for never
 * @param writeHighBytes above so many unsent bytes the connection counts as unwritable
 * @param writeLowBytes at or below so many it is writable again
 */
public record ListenerSettings(
        String name,
        String host,
        int port,
        ConnectionLimits limits,
        long idleTimeoutMs,
        int writeHighBytes,
        int writeLowBytes) {
    /** 10,000 connections and 10 reserved, 10 minutes, 1 MiB and 256 KiB. */
    public static ListenerSettings of(String name, String host, int port) {
        return new ListenerSettings(name, host, port, ConnectionLimits.of(10_000, 10), 600_000, 1 << 20, 256 << 10);
    }

    /** The same with other bounds of connections. */
    public ListenerSettings with(ConnectionLimits newLimits) {
        return new ListenerSettings(name, host, port, newLimits, idleTimeoutMs, writeHighBytes, writeLowBytes);
    }
}
