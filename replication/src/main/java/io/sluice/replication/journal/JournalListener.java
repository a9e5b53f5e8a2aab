package io.sluice.replication.journal;

import io.sluice.common.ErrorCode;
import java.util.List;

/** Hears what becomes of entries. Calls come one at a time, in order; they hand over and do not block for long. A failure ends the journal's thread with the exception. */
public interface JournalListener {
    /** These entries are committed, next in order. */
    void committed(List<CommittedEntry> entries);

    /**
     * These submissions failed here: whoever waits is told so. On one node they never commit; where others hold them they
     * may, and then come as entries without a submission.
     */
    void rejected(List<? extends Submission> submissions, ErrorCode reason);

    /**
     * This node leads from now on, in that term: every entry of earlier terms that will ever commit has been handed over.
     * Journals of a single node do not call it.
     */
    default void leadershipWon(long term) {}

    /** This node leads no more; what was submitted may be rejected before this call or after it, and commit nevertheless. */
    default void leadershipLost() {}

    /** This node follows that one in the term, or, where the id is 0, nobody at the moment. */
    default void follows(long term, int nodeId) {}
}
