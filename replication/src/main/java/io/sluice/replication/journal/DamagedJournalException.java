package io.sluice.replication.journal;

/** A block that had been acknowledged cannot be read. */
public final class DamagedJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names file, position and sequence number. */
    public DamagedJournalException(String message) {
        super(message);
    }
}
