package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Requests of the classic protocol, to a classic group or to a consumer group that holds classic members. */
final class ClassicCalls {
    private final Deciders deciders;

    ClassicCalls(Deciders deciders) {
        this.deciders = deciders;
    }

    void join(Turn turn, JoinRequest request, CompletableFuture<JoinAnswer> future) {
        ConsumerGroup group = turn.consumerGroup(request.groupId());
        if (group != null && group.state().memberCount() > 0) {
            deciders.mixed().join(group, request, future);
            return;
        }
        if (group != null) {
            makeClassic(turn, group);
        }
        deciders.join().join(turn, request, future);
    }

    /** A member may come or not: what the group committed must still go in time. */
    private void makeClassic(Turn turn, ConsumerGroup group) {
        deciders.migration().makeClassic(group);
        LiveGroup classic = turn.live().find(group.id());
        if (classic != null) {
            deciders.expiry().scheduleStored(turn, classic);
        }
    }

    void sync(Turn turn, SyncRequest request, CompletableFuture<SyncAnswer> future) {
        ConsumerGroup group = turn.consumerGroup(request.member().groupId());
        if (group != null) {
            deciders.mixed().sync(group, request, future);
        } else {
            deciders.sync().sync(turn, request, future);
        }
    }

    void heartbeat(Turn turn, MemberRef member, CompletableFuture<ErrorCode> future) {
        ConsumerGroup group = turn.consumerGroup(member.groupId());
        if (group != null) {
            deciders.mixed().heartbeat(group, member, future);
        } else {
            deciders.members().heartbeat(turn, member, future);
        }
    }

    void heartbeatAndWait(Turn turn, MemberRef member, CompletableFuture<ErrorCode> future) {
        ConsumerGroup group = turn.consumerGroup(member.groupId());
        if (group != null) {
            deciders.mixed().heartbeat(group, member, future);
        } else {
            deciders.members().heartbeatAndWait(turn, member, future);
        }
    }

    void leave(Turn turn, String groupId, List<LeavingMember> members, CompletableFuture<List<LeaveAnswer>> future) {
        ConsumerGroup group = turn.consumerGroup(groupId);
        if (group != null) {
            deciders.mixed().leave(group, members, future);
        } else {
            deciders.members().leave(turn, groupId, members, future);
        }
    }
}
