package io.sluice.network;

/** A node did not answer a broker that wants to join; the message says why. */
public final class PeerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerRefusedException(String message) {
        super(message);
    }
}
