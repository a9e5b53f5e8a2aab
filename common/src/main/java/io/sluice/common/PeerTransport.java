package io.sluice.common;

/**
 * Carries messages between the nodes of a cluster: whole, and in order as long as a connection lives. Nobody above knows
 * whether there is a network below. Any thread may call it; nothing here blocks.
 */
public interface PeerTransport {
    /** This node's id, above 0. */
    int nodeId();

    /** Begins to hear of the others; called once, before anything else. */
    void start(PeerListener listener);

    /**
     * The connection that this node has made to that one, a new one if there was none or it has been closed. It may still be
     * on its way to be open.
     */
    PeerConnection connect(int nodeId);

    /** Closes all connections and makes no more. */
    void close();
}
