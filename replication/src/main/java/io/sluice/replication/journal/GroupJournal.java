package io.sluice.replication.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A journal that several nodes keep: committed is what a majority has made durable. While this node leads it takes
 * submissions; otherwise it rejects them. Entries come as others commit them, too, without a submission.
 *
 * <p>What was committed before a start is not known until there is a leader, so nothing is replayed: entries behind the
 * checkpoint come through the listener. Indexes rise but have gaps, where the group kept entries of its own. Any thread.
 */
public interface GroupJournal extends Journal {
    /** File in the shard's directory that says that a group keeps the journal. */
    String VOTE_FILE = "vote";

    /** Whichever keeps up best. */
    int ANY_MEMBER = 0;

    /** Node id of the leader as far as this node knows, empty if there is none. */
    Optional<Integer> leader();

    /** Node ids of the members whose majority decides, as this node knows them. */
    List<Integer> voters();

    /**
     * Makes these nodes the members of the group, over a majority of the old and of the new ones; asked of the leader. New
     * ones catch up first. Completes empty when that is committed, else with what stood in the way; then it may still
     * become true.
     */
    CompletableFuture<Optional<String>> changeMembers(List<Integer> voters);

    /** Hands the leadership over to a member that keeps up, or to {@link #ANY_MEMBER}; whether that has begun. Asked of the leader. */
    boolean handLeadershipTo(int nodeId);

    /**
     * Completes with true once everything that was committed anywhere before this call has been handed over here; with false
     * if nobody said in a few seconds how far that is, or nobody leads. On a thread of the journal: whoever waits hands over.
     */
    CompletableFuture<Boolean> catchUp();

    /** How the repair of this node's part goes, if its journal was lost; empty once it counts like any other. */
    Optional<Quarantine> quarantine();
}
