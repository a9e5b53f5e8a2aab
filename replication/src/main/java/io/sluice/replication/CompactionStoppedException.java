package io.sluice.replication;

/** Ends a pass of compaction wherever it is; nothing is lost by it. */
public final class CompactionStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Because of this. */
    public CompactionStoppedException(String reason) {
        super(reason);
    }
}
