package io.sluice.replication.journal;

/** A block that had been acknowledged cannot be read. */
public final class DamagedJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isOfOtherRelease;

    /** With a message that names file, position and sequence number. */
    public DamagedJournalException(String message) {
        this(message, false);
    }

    private DamagedJournalException(String message, boolean isOfOtherRelease) {
        super(message);
        this.isOfOtherRelease = isOfOtherRelease;
    }

    /** For what another release wrote in a format that this one does not know. */
    static DamagedJournalException ofOtherRelease(String message) {
        return new DamagedJournalException(message, true);
    }

    /** Whether nothing is wrong but the release, so that nothing may be put in the journal's place. */
    public boolean isOfOtherRelease() {
        return isOfOtherRelease;
    }
}
