package io.sluice.network;

/**
 * This node in the network between the nodes of a cluster.
 *
 * @param clusterId nodes of other clusters are turned away
 * @param nodeId this node
 * @param waitingBytesMax so much may wait for one connection; then messages are refused
 * @param redialMs after a connection could not be made, the next attempt waits so long
 * @param secret what all nodes know
 */
public record PeerSettings(String clusterId, int nodeId, long waitingBytesMax, long redialMs, PeerSecret secret) {
    /** 64 MiB and 100 ms, without a secret. */
    public static PeerSettings of(String clusterId, int nodeId) {
        return new PeerSettings(clusterId, nodeId, 64L << 20, 100, PeerSecret.NONE);
    }

    /** The same with a secret. */
    public PeerSettings with(PeerSecret known) {
        return new PeerSettings(clusterId, nodeId, waitingBytesMax, redialMs, known);
    }
}
