package io.sluice.replication.raft;

/** Another node sent what no node of this release sends. */
final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedFrameException(String message) {
        super(message);
    }
}
