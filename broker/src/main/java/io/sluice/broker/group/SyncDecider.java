package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.common.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** SyncGroup: the leader's assignments complete the generation, the others wait for them. */
final class SyncDecider {
    private final GroupSettings settings;
    private final RebalanceDecider rebalance;
    private final OffsetExpiry expiry;

    SyncDecider(GroupSettings settings, RebalanceDecider rebalance, OffsetExpiry expiry) {
        this.settings = settings;
        this.rebalance = rebalance;
        this.expiry = expiry;
    }

    void sync(Turn turn, SyncRequest request, CompletableFuture<SyncAnswer> future) {
        LiveGroup group = turn.live().find(request.member().groupId());
        if (group == null) {
            turn.failSync(future, ErrorCode.UNKNOWN_MEMBER_ID);
            return;
        }
        ErrorCode error = check(group, request);
        LiveMember member = group.member(request.member().memberId());
        if (error != ErrorCode.NONE || member == null) {
            turn.failSync(future, error);
            return;
        }
        switch (group.state()) {
            case EMPTY, DEAD -> turn.failSync(future, ErrorCode.UNKNOWN_MEMBER_ID);
            case PREPARING_REBALANCE -> turn.failSync(future, ErrorCode.REBALANCE_IN_PROGRESS);
            case COMPLETING_REBALANCE -> {
                turn.parkSync(member, future);
                noteSynced(group, member);
                if (group.isLeader(member.id())) {
                    assign(turn, group, request.assignments());
                }
            }
            case STABLE -> {
                noteSynced(group, member);
                member.restartSession(turn.nowMs());
                turn.answer(future, assignment(group, member), Answers::syncFailed);
            }
        }
    }

    private static ErrorCode check(LiveGroup group, SyncRequest request) {
        ErrorCode error = group.errorFor(request.member());
        if (error != ErrorCode.NONE) {
            return error;
        }
        boolean agrees = agrees(request.protocolType(), group.protocolType())
                && agrees(request.protocolName(), group.protocolName());
        return agrees ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }

    private static boolean agrees(Optional<String> ofMember, String ofGroup) {
        return ofMember.isEmpty() || ofGroup.isEmpty() || ofMember.get().equals(ofGroup);
    }

    private static void noteSynced(LiveGroup group, LiveMember member) {
        group.pendingSyncs().remove(member.id());
        if (group.pendingSyncs().isEmpty()) {
            group.syncTimer().cancel();
        }
    }

    private void assign(Turn turn, LiveGroup group, Map<String, byte[]> assignments) {
        long assignedBytes =
                assignments.values().stream().mapToLong(bytes -> bytes.length).sum();
        if (assignedBytes + group.membersLengthBytes() > settings.generationBytesMax()) {
            rebalance.refuseSyncs(turn, group, ErrorCode.UNKNOWN_SERVER_ERROR);
            rebalance.begin(turn, group);
            return;
        }
        for (LiveMember member : group.members()) {
            member.setAssignment(assignments.getOrDefault(member.id(), LiveMember.NO_ASSIGNMENT));
        }
        group.setState(GroupState.STABLE);
        turn.emit(new GenerationCompleted(group.id(), group.roster(turn.nowMs())));
        expiry.scheduleStored(turn, group);
        for (LiveMember member : group.members()) {
            CompletableFuture<SyncAnswer> parked = member.takeSync();
            if (parked != null) {
                turn.answer(parked, assignment(group, member), Answers::syncFailed);
                member.restartSession(turn.nowMs());
            }
        }
    }

    private static SyncAnswer assignment(LiveGroup group, LiveMember member) {
        return new SyncAnswer(ErrorCode.NONE, group.protocolType(), group.protocolName(), member.assignment());
    }
}
