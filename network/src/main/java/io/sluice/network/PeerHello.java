package io.sluice.network;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * First message of both ends: who speaks, to whom, in which cluster. The end that dialed speaks first.
 *
 * <pre>
 * 0 int magic "SLPN"   4 int version   8 int own node id   12 int node id meant   16 cluster id in UTF-8
 * </pre>
 */
record PeerHello(int ownId, int meantId, String clusterId) {
    private static final int MAGIC = 0x534C504E;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;

    ByteBuffer encode() {
        byte[] cluster = clusterId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER_BYTES + cluster.length)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putInt(ownId)
                .putInt(meantId)
                .put(cluster)
                .flip();
    }

    /** Null if this is no such message of a version that we know. */
    static @Nullable PeerHello decode(ByteBuffer message) {
        if (message.remaining() < HEADER_BYTES || message.getInt() != MAGIC || message.getInt() != VERSION) {
            return null;
        }
        int ownId = message.getInt();
        int meantId = message.getInt();
        return new PeerHello(
                ownId, meantId, StandardCharsets.UTF_8.decode(message).toString());
    }
}
