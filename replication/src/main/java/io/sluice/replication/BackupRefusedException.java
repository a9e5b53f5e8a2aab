package io.sluice.replication;

/** A backup cannot be made or restored; the message says what to do. Nothing of the data directory was changed. */
public final class BackupRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupRefusedException(String message) {
        super(message);
    }
}
