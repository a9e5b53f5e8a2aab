package io.sluice.replication.raft;

import io.sluice.replication.raft.LogEnds.LogEnd;
import java.util.OptionalLong;

/**
 * When a replica that has lost its log may vote again: once its new log has reached what it may have promised with the old
 * one. Immutable.
 *
 * <p>The bound is where the log of a leader ended at any moment since the replica started, if that leader leads in a term
 * which is not below the replica's own, which it kept. Whatever the replica had acknowledged is of its own term or an earlier
 * one. What the leader's own term has made, the leader has itself. What an earlier term made and a majority ever keeps is in
 * the leader's log since its election: that majority and the leader's have a voter in common, and it is not the lost vote of
 * this replica, because that one does not vote. So a log which agrees with a leader's up to there lacks nothing. The smallest
 * of such bounds is as good as any other.
 *
 * @param ownTerm the replica's when it started
 * @param neededIndex smallest bound that was heard; empty if there was none
 */
record RepairGoal(long ownTerm, OptionalLong neededIndex) {
    /** Of a replica that has heard nothing yet. */
    static RepairGoal of(long ownTerm) {
        return new RepairGoal(ownTerm, OptionalLong.empty());
    }

    /** After a node has told where its log ends; what one tells that does not lead, or in an older term, says nothing. */
    RepairGoal heard(LogEnd end) {
        boolean isBound = end.isOfLeader() && end.term() >= ownTerm;
        return isBound && end.lastIndex() < neededIndex.orElse(Long.MAX_VALUE)
                ? new RepairGoal(ownTerm, OptionalLong.of(end.lastIndex()))
                : this;
    }

    /** Whether a log that is durable up to the entry has everything. */
    boolean isReached(long durableIndex) {
        return neededIndex.isPresent() && durableIndex >= neededIndex.getAsLong();
    }
}
