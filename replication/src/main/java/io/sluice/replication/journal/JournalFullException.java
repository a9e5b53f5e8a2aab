package io.sluice.replication.journal;

/**
 * The journal's budget has no room for another file. Nothing was written and the journal stays usable: checkpoint, trim,
 * then append again.
 */
public final class JournalFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the directory and the budget. */
    public JournalFullException(String message) {
        super(message);
    }
}
