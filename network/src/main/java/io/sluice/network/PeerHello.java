package io.sluice.network;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * First message of both ends: who speaks, to whom, in which cluster. The end that dialed speaks first. A broker that wants to
 * join means node 0 of a cluster without a name.
 *
 * <pre>
 * 0 int magic "SLPN"   4 int version   8 int own node id   12 int node id meant   16 two longs made up for this connection
 * 32 cluster id in UTF-8
 * </pre>
 *
 * Then both ends say what proves that they know the {@link PeerSecret}, the one that was dialed first.
 */
record PeerHello(int ownId, int meantId, long nonceHigh, long nonceLow, String clusterId) {
    /** Whoever listens. */
    static final int ANYBODY = 0;

    private static final int MAGIC = 0x534C504E;
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** With numbers that nobody can foresee. */
    static PeerHello fresh(int ownId, int meantId, String clusterId) {
        return new PeerHello(ownId, meantId, RANDOM.nextLong(), RANDOM.nextLong(), clusterId);
    }

    boolean isJoin() {
        return meantId == ANYBODY && clusterId.isEmpty();
    }

    ByteBuffer encode() {
        byte[] cluster = clusterId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEADER_BYTES + cluster.length)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putInt(ownId)
                .putInt(meantId)
                .putLong(nonceHigh)
                .putLong(nonceLow)
                .put(cluster)
                .flip();
    }

    /** Null if this is no such message of a version that we know; the buffer is left as it is. */
    static @Nullable PeerHello decode(ByteBuffer message) {
        ByteBuffer bytes = message.duplicate();
        if (bytes.remaining() < HEADER_BYTES || bytes.getInt() != MAGIC || bytes.getInt() != VERSION) {
            return null;
        }
        int ownId = bytes.getInt();
        int meantId = bytes.getInt();
        long high = bytes.getLong();
        long low = bytes.getLong();
        return new PeerHello(
                ownId, meantId, high, low, StandardCharsets.UTF_8.decode(bytes).toString());
    }
}
