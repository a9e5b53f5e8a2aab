package io.sluice.common;

/** An invariant of the broker does not hold. Whoever owns the state stops: the process, or the partition. */
public final class BrokenInvariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the values which broke it. */
    public BrokenInvariantException(String message) {
        super(message);
    }
}
