package io.sluice.common;

/** A request to another node has no answer: it cannot be reached, did not answer in time, or refused. */
public final class PeerCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the node and the reason in words. */
    public PeerCallException(int nodeId, String reason) {
        super("node " + nodeId + ": " + reason);
    }
}
