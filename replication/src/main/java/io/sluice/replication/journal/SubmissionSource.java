package io.sluice.replication.journal;

import java.util.List;

/** Where a journal gets entries from when it is ready for more: group commit without a timer. */
public interface SubmissionSource {
    /**
     * Waits at most so long for entries and answers those there are, up to about {@code maxBytes}, oldest first; at least
     * one if any is there. Called by the journal's one thread.
     */
    List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException;
}
