package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.group.LiveGroup.InitialDelay;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.GroupEvent.GenerationStarted;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The join phase: when it begins, whom it waits for, how it ends. As Kafka's {@code GroupMetadataManager}: members that
 * do not come back in time are removed, static ones stay until their session ends.
 */
final class RebalanceDecider {
    /** A client that was given its id comes back within a round trip; one that takes longer is not waited for. */
    private static final int RETURN_MS = 100;

    private static final int RETURN_STEP_MS = 20;

    /** However many come one after the other, the first may begin to read after so long. */
    private static final int RETURNS_MAX_MS = 1_000;

    private final GroupSettings settings;
    private final OffsetExpiry expiry;

    RebalanceDecider(GroupSettings settings, OffsetExpiry expiry) {
        this.settings = settings;
        this.expiry = expiry;
    }

    /** A member joined, left or changed: begins a rebalance, or ends the one that runs if nobody is missing any more. */
    void membersChanged(Turn turn, LiveGroup group) {
        if (group.is(GroupState.PREPARING_REBALANCE)) {
            completeIfAllJoined(turn, group);
        } else {
            begin(turn, group);
        }
    }

    /** Begins a rebalance. */
    void begin(Turn turn, LiveGroup group) {
        if (group.is(GroupState.COMPLETING_REBALANCE)) {
            refuseSyncs(turn, group, ErrorCode.REBALANCE_IN_PROGRESS);
        }
        group.syncTimer().cancel();
        for (LiveMember member : group.members()) {
            turn.endBeat(member, ErrorCode.REBALANCE_IN_PROGRESS);
        }
        boolean wasEmpty = group.is(GroupState.EMPTY);
        group.setState(GroupState.PREPARING_REBALANCE);
        if (wasEmpty) {
            int stepMs = settings.initialRebalanceDelayMs();
            int remainingMs = Math.max(group.rebalanceTimeoutMs() - stepMs, 0);
            long returnsEndMs = turn.nowMs() + stepMs + RETURNS_MAX_MS;
            group.setInitialDelay(new InitialDelay(true, false, stepMs, remainingMs, returnsEndMs));
            group.joinTimer().set(turn.nowMs() + stepMs);
        } else if (group.hasAllMembersJoined()) {
            complete(turn, group);
        } else {
            group.joinTimer().set(turn.nowMs() + group.rebalanceTimeoutMs());
        }
    }

    /** Ends the join phase if nobody is missing; the initial wait of an empty group is not cut short. */
    void completeIfAllJoined(Turn turn, LiveGroup group) {
        if (group.is(GroupState.PREPARING_REBALANCE)
                && !group.initialDelay().isActive()
                && group.hasAllMembersJoined()) {
            complete(turn, group);
        }
    }

    /**
     * The join timer rang: the initial wait is extended while members come, and for those that were just given their id;
     * anything else ends the join phase.
     */
    void joinTimeEnded(Turn turn, LiveGroup group) {
        InitialDelay delay = group.initialDelay();
        if (delay.isActive() && delay.hasNewMember() && delay.remainingMs() > 0) {
            int stepMs = Math.min(settings.initialRebalanceDelayMs(), delay.remainingMs());
            int remainingMs = Math.max(delay.remainingMs() - stepMs, 0);
            group.setInitialDelay(new InitialDelay(true, false, stepMs, remainingMs, delay.returnsEndMs()));
            group.joinTimer().set(turn.nowMs() + stepMs);
        } else if (delay.isActive() && isSomebodyReturning(turn, group)) {
            group.joinTimer().set(turn.nowMs() + RETURN_STEP_MS);
        } else {
            complete(turn, group);
        }
    }

    /**
     * Members that start together are in the first generation together: otherwise the first would read alone until its
     * next heartbeat tells it of the others, seconds later.
     */
    private static boolean isSomebodyReturning(Turn turn, LiveGroup group) {
        return !group.pendingMembers().isEmpty()
                && turn.nowMs() - group.lastIdGivenMs() < RETURN_MS
                && turn.nowMs() < group.initialDelay().returnsEndMs();
    }

    /** The sync timer rang: members that did not ask for their assignment are removed. */
    void syncTimeEnded(Turn turn, LiveGroup group) {
        if (group.pendingSyncs().isEmpty()) {
            return;
        }
        for (String memberId : List.copyOf(group.pendingSyncs())) {
            LiveMember member = group.member(memberId);
            if (member != null) {
                remove(turn, group, member);
            }
        }
        begin(turn, group);
    }

    /** Takes a member out and ends what it waits for; UNKNOWN_MEMBER_ID makes it join anew if it still lives. */
    void remove(Turn turn, LiveGroup group, LiveMember member) {
        turn.endJoin(member, ErrorCode.UNKNOWN_MEMBER_ID, "");
        turn.endSync(member, ErrorCode.UNKNOWN_MEMBER_ID);
        turn.endBeat(member, ErrorCode.UNKNOWN_MEMBER_ID);
        group.remove(member);
    }

    /** The assignments of this generation will not come. */
    void refuseSyncs(Turn turn, LiveGroup group, ErrorCode error) {
        for (LiveMember member : group.members()) {
            member.setAssignment(LiveMember.NO_ASSIGNMENT);
            if (member.isAwaitingSync()) {
                turn.endSync(member, error);
                member.restartSession(turn.nowMs());
            }
        }
    }

    private void complete(Turn turn, LiveGroup group) {
        group.joinTimer().cancel();
        group.setInitialDelay(InitialDelay.NONE);
        List<LiveMember> missing = group.members().stream()
                .filter(member -> !member.isAwaitingJoin() && !member.isStatic())
                .toList();
        missing.forEach(member -> remove(turn, group, member));
        if (group.members().isEmpty()) {
            becomeEmpty(turn, group);
        } else if (group.electJoinedLeader()) {
            startGeneration(turn, group);
        } else {
            // Static members only, none of them here: wait until their sessions end or one comes back.
            group.joinTimer().set(turn.nowMs() + Math.max(group.rebalanceTimeoutMs(), 1));
        }
    }

    private void becomeEmpty(Turn turn, LiveGroup group) {
        group.startNextGeneration();
        group.setState(GroupState.EMPTY);
        turn.emit(new GenerationCompleted(group.id(), group.roster(turn.nowMs())));
        expiry.scheduleStored(turn, group);
    }

    private void startGeneration(Turn turn, LiveGroup group) {
        group.startNextGeneration();
        group.setState(GroupState.COMPLETING_REBALANCE);
        turn.emit(new GenerationStarted(group.id(), group.generation(), turn.nowMs()));
        for (LiveMember member : group.members()) {
            group.pendingSyncs().add(member.id());
            member.setNew(false);
            member.restartSession(turn.nowMs());
            CompletableFuture<JoinAnswer> parked = member.takeJoin();
            if (parked != null) {
                turn.answer(parked, joined(group, member), Answers.joinFailed(member.id()));
            }
        }
        group.syncTimer().set(turn.nowMs() + group.rebalanceTimeoutMs());
    }

    /** The current generation as one of its members gets it. */
    static JoinAnswer joined(LiveGroup group, LiveMember member) {
        return new JoinAnswer(
                ErrorCode.NONE,
                group.generation(),
                group.protocolType(),
                group.protocolName(),
                group.leaderId(),
                member.id(),
                false,
                group.isLeader(member.id()) ? group.joinedMembers() : List.of());
    }
}
