package io.sluice.replication;

/** The data directory is damaged, or of a format this version does not know. */
public final class UnusableDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With one line that says what to do. */
    public UnusableDirectoryException(String message) {
        super(message);
    }
}
