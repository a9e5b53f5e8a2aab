package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Heartbeat, LeaveGroup and what happens when neither comes. */
final class MemberDecider {
    private final GroupSettings settings;
    private final RebalanceDecider rebalance;

    MemberDecider(GroupSettings settings, RebalanceDecider rebalance) {
        this.settings = settings;
        this.rebalance = rebalance;
    }

    void heartbeat(Turn turn, MemberRef ref, CompletableFuture<ErrorCode> future) {
        turn.answer(future, beat(turn, ref));
    }

    /**
     * A member of a stable group hears of the next rebalance at once: its answer waits for it. Static members are answered:
     * their clients wait for answers before they go, and they may be back before their session ends.
     */
    void heartbeatAndWait(Turn turn, MemberRef ref, CompletableFuture<ErrorCode> future) {
        ErrorCode error = beat(turn, ref);
        LiveGroup group = turn.live().find(ref.groupId());
        LiveMember member = group == null ? null : group.member(ref.memberId());
        boolean isStable = group != null && group.is(GroupState.STABLE);
        if (error == ErrorCode.NONE && isStable && member != null && !member.isStatic()) {
            turn.endBeat(member, ErrorCode.NONE);
            member.parkBeat(future, turn.nowMs() + settings.heartbeatWaitMs());
        } else {
            turn.answer(future, error);
        }
    }

    /** Answers a heartbeat that waits, if it still does. */
    void endWait(Turn turn, MemberRef ref, CompletableFuture<ErrorCode> future) {
        LiveGroup group = turn.live().find(ref.groupId());
        LiveMember member = group == null ? null : group.member(ref.memberId());
        if (member != null && member.isWaitingWith(future)) {
            waitEnded(turn, member);
        }
    }

    /** The heartbeat has waited long enough; the client is alive, so its session begins now. */
    void waitEnded(Turn turn, LiveMember member) {
        member.restartSession(turn.nowMs());
        turn.endBeat(member, ErrorCode.NONE);
    }

    private static ErrorCode beat(Turn turn, MemberRef ref) {
        LiveGroup group = turn.live().find(ref.groupId());
        if (group == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        ErrorCode error = group.errorFor(ref);
        LiveMember member = group.member(ref.memberId());
        if (error != ErrorCode.NONE || member == null) {
            return error;
        }
        member.restartSession(turn.nowMs());
        return group.is(GroupState.PREPARING_REBALANCE) ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
    }

    void leave(Turn turn, String groupId, List<LeavingMember> leaving, CompletableFuture<List<LeaveAnswer>> future) {
        LiveGroup group = turn.live().find(groupId);
        List<LeaveAnswer> answers;
        if (group == null) {
            answers = Answers.leaveFailed(leaving, ErrorCode.UNKNOWN_MEMBER_ID);
        } else {
            int before = group.members().size();
            answers = leaving.stream()
                    .map(member -> new LeaveAnswer(member, leave(turn, group, member)))
                    .toList();
            if (group.members().size() < before) {
                memberGone(turn, group);
            } else {
                pendingGone(turn, group);
            }
        }
        turn.answer(future, answers, error -> Answers.leaveFailed(leaving, error));
    }

    /** By member id; without one, by instance id: so an operator removes a static member that will not come back. */
    private ErrorCode leave(Turn turn, LiveGroup group, LeavingMember leaving) {
        String memberId = leaving.memberId();
        if (memberId.isEmpty()) {
            LiveMember member =
                    leaving.instanceId().map(group::memberOfInstance).orElse(null);
            if (member == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            rebalance.remove(turn, group, member);
            return ErrorCode.NONE;
        }
        Timer pending = group.pendingMembers().remove(memberId);
        if (pending != null) {
            pending.cancel();
            return ErrorCode.NONE;
        }
        ErrorCode error = group.errorFor(memberId, leaving.instanceId());
        LiveMember member = group.member(memberId);
        if (error == ErrorCode.NONE && member != null) {
            rebalance.remove(turn, group, member);
        }
        return error;
    }

    /** The member's timer rang. One whose answer is parked is alive as far as anybody can tell, a new one excepted. */
    void sessionEnded(Turn turn, LiveGroup group, LiveMember member) {
        boolean isWaiting = member.isAwaitingJoin() || member.isAwaitingSync();
        if (isWaiting && !member.isNew()) {
            return;
        }
        rebalance.remove(turn, group, member);
        memberGone(turn, group);
    }

    /** A member that was given an id did not use it. */
    void pendingEnded(Turn turn, LiveGroup group, String memberId) {
        group.pendingMembers().remove(memberId);
        pendingGone(turn, group);
    }

    /** Nobody reads less for it: at most a rebalance that waited for it is over. */
    private void pendingGone(Turn turn, LiveGroup group) {
        rebalance.completeIfAllJoined(turn, group);
        turn.dropIfVoid(group);
    }

    private void memberGone(Turn turn, LiveGroup group) {
        switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE, PREPARING_REBALANCE -> rebalance.membersChanged(turn, group);
            case EMPTY, DEAD -> turn.dropIfVoid(group);
        }
    }
}
