package io.sluice.replication.journal;

import java.util.List;

/** Where a journal gets entries from when it is ready for more: group commit without a timer. */
public interface SubmissionSource {
    /**
     * Waits at most so long for entries and answers those there are, up to about {@code maxBytes}, oldest first; at least
     * one if any is there and {@code maxBytes} is above 0. Called by one thread at a time.
     */
    List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException;

    /** Waits at most so long until there are entries, and leaves them. Called by the journal's one thread. */
    default void await(long waitNs) throws InterruptedException {
        take(0, waitNs);
    }

    /**
     * Answers the only entry there is, without waiting, if it has at most so many bytes and no other that was taken is yet to be
     * applied or rejected; else nothing. A source that nobody asks this gives nothing.
     */
    default List<? extends Submission> takeOnly(int maxBytes) {
        return List.of();
    }
}
