package io.sluice.replication.journal;

/** Another node's checkpoint could not be copied; it will be tried again. */
public final class TransferFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason in words. */
    public TransferFailedException(String reason) {
        super(reason);
    }

    /** With what was in the way. */
    public TransferFailedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
