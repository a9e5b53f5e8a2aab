package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.group.GroupTimers.Alarm;
import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.LiveGroup.InitialDelay;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** JoinGroup: who may come in, with which id, and whether that needs a rebalance. */
final class JoinDecider {
    /** Members that hold an id they never used cost memory until their session ends: they are few in a healthy group. */
    private static final int PENDING_MEMBERS_MAX = 10_000;

    private final GroupSettings settings;
    private final MemberIds memberIds;
    private final RebalanceDecider rebalance;

    JoinDecider(GroupSettings settings, MemberIds memberIds, RebalanceDecider rebalance) {
        this.settings = settings;
        this.memberIds = memberIds;
        this.rebalance = rebalance;
    }

    void join(Turn turn, JoinRequest request, CompletableFuture<JoinAnswer> future) {
        String memberId = request.memberId();
        LiveGroup group = turn.live().find(request.groupId());
        if (group == null) {
            ErrorCode refusal = whyNoNewGroup(turn, memberId);
            if (refusal != ErrorCode.NONE) {
                turn.failJoin(future, refusal, memberId);
                return;
            }
            group = turn.live().create(request.groupId());
        }
        Join join = new Join(turn, group, request, future);
        if (!hasPlace(group, request)) {
            refuseForSize(join);
        } else if (!group.supports(request.protocolType(), request.protocols())) {
            turn.failJoin(future, ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
        } else if (memberId.isEmpty()) {
            joinNew(join);
        } else {
            joinKnown(join);
        }
        turn.dropIfVoid(group);
    }

    private ErrorCode whyNoNewGroup(Turn turn, String memberId) {
        if (!memberId.isEmpty()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return turn.live().count() < settings.groupCountMax() ? ErrorCode.NONE : ErrorCode.POLICY_VIOLATION;
    }

    /** Kafka's acceptJoiningMember: those that wait count while a rebalance runs, so that the last to come is left out. */
    private boolean hasPlace(LiveGroup group, JoinRequest request) {
        LiveMember member = group.member(request.memberId());
        boolean fits = switch (group.state()) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE ->
                (member != null && member.isAwaitingJoin())
                        || group.members().stream()
                                        .filter(LiveMember::isAwaitingJoin)
                                        .count()
                                < settings.groupMaxSize();
            case COMPLETING_REBALANCE, STABLE ->
                member != null || replacesStatic(group, request) || hasRoomForOne(group);
        };
        return fits && fitsIntoEvent(group, member, request);
    }

    private boolean hasRoomForOne(LiveGroup group) {
        return group.members().size() < settings.groupMaxSize();
    }

    private static boolean replacesStatic(LiveGroup group, JoinRequest request) {
        return request.instanceId().isPresent()
                && group.memberOfInstance(request.instanceId().get()) != null;
    }

    private boolean fitsIntoEvent(LiveGroup group, @Nullable LiveMember member, JoinRequest request) {
        long others = group.membersLengthBytes() - (member == null ? 0 : member.lengthBytes());
        return others + ConsumerProfile.lengthBytes(request.protocols()) <= settings.membersBytesMax();
    }

    private void refuseForSize(Join join) {
        LiveMember member = join.group().member(join.request().memberId());
        if (member != null) {
            rebalance.remove(join.turn(), join.group(), member);
            rebalance.membersChanged(join.turn(), join.group());
        }
        join.turn().failJoin(join.future(), ErrorCode.GROUP_MAX_SIZE_REACHED, "");
    }

    private void joinNew(Join join) {
        JoinRequest request = join.request();
        String prefix = request.instanceId().orElse(request.clientId());
        String newId = memberIds.next(prefix);
        LiveMember predecessor =
                request.instanceId().map(join.group()::memberOfInstance).orElse(null);
        if (predecessor != null) {
            replaceStatic(join, predecessor, newId);
        } else if (request.instanceId().isEmpty() && request.requiresKnownMemberId()) {
            handOutId(join, newId);
        } else {
            add(join, newId);
        }
    }

    /** KIP-394: a client that never comes back with its id costs a timer, not a member others wait for. */
    private void handOutId(Join join, String newId) {
        LiveGroup group = join.group();
        if (group.pendingMembers().size() >= Math.min(PENDING_MEMBERS_MAX, settings.groupMaxSize())) {
            join.turn().failJoin(join.future(), ErrorCode.GROUP_MAX_SIZE_REACHED, "");
            return;
        }
        Timer timer = group.timers().timer(new Alarm.Pending(group, newId));
        timer.set(join.turn().nowMs() + join.request().sessionTimeoutMs());
        group.pendingMembers().put(newId, timer);
        group.noteIdGiven(join.turn().nowMs());
        join.turn().failJoin(join.future(), ErrorCode.MEMBER_ID_REQUIRED, newId);
    }

    private void add(Join join, String memberId) {
        LiveGroup group = join.group();
        Timer pending = group.pendingMembers().remove(memberId);
        if (pending != null) {
            pending.cancel();
        }
        if (group.members().isEmpty()) {
            group.setProtocolType(join.request().protocolType());
        }
        LiveMember member = new LiveMember(group, memberId, join.request());
        group.add(member);
        member.setNew(true);
        member.parkJoin(join.future());
        // It does not know its id while its first join is parked and cannot heartbeat; without this end, a client that
        // gave up and came again would be many members.
        member.expireAt(join.turn().nowMs() + settings.newMemberJoinTimeoutMs());
        InitialDelay delay = group.initialDelay();
        group.setInitialDelay(new InitialDelay(
                delay.isActive(), delay.isActive(), delay.stepMs(), delay.remainingMs(), delay.returnsEndMs()));
        rebalance.membersChanged(join.turn(), group);
    }

    private void joinKnown(Join join) {
        LiveGroup group = join.group();
        JoinRequest request = join.request();
        if (group.pendingMembers().containsKey(request.memberId())
                && request.instanceId().isEmpty()) {
            add(join, request.memberId());
            return;
        }
        ErrorCode error = group.errorFor(request.memberId(), request.instanceId());
        LiveMember member = group.member(request.memberId());
        if (error != ErrorCode.NONE || member == null) {
            join.turn().failJoin(join.future(), error, request.memberId());
        } else if (needsRebalance(group, member, request)) {
            group.update(member, request);
            join.turn().parkJoin(member, join.future());
            rebalance.membersChanged(join.turn(), group);
        } else {
            // It missed the answer to its join, or joins for no reason: it gets the generation as it is.
            JoinAnswer answer = RebalanceDecider.joined(group, member);
            join.turn().answer(join.future(), answer, Answers.joinFailed(member.id()));
        }
    }

    private static boolean needsRebalance(LiveGroup group, LiveMember member, JoinRequest request) {
        return switch (group.state()) {
            case COMPLETING_REBALANCE -> !member.offers(request.protocols());
            case STABLE -> group.isLeader(member.id()) || !member.offers(request.protocols());
            case PREPARING_REBALANCE, EMPTY, DEAD -> true;
        };
    }

    /** KIP-345: a restarted static member takes the place of its former self. */
    private void replaceStatic(Join join, LiveMember old, String newId) {
        LiveGroup group = join.group();
        Turn turn = join.turn();
        String leaderBefore = group.leaderId();
        turn.endJoin(old, ErrorCode.FENCED_INSTANCE_ID, old.id());
        turn.endSync(old, ErrorCode.FENCED_INSTANCE_ID);
        turn.endBeat(old, ErrorCode.FENCED_INSTANCE_ID);
        LiveMember successor = new LiveMember(group, newId, join.request());
        group.replace(old, successor);
        successor.restartSession(turn.nowMs());
        if (group.is(GroupState.STABLE) && keepsGeneration(group, old, successor)) {
            turn.emit(new GenerationCompleted(group.id(), group.roster(turn.nowMs())));
            JoinAnswer answer = continued(join, successor, leaderBefore);
            turn.answer(join.future(), answer, Answers.joinFailed(newId));
        } else {
            successor.parkJoin(join.future());
            rebalance.membersChanged(turn, group);
        }
    }

    /**
     * Kafka looks only at the chosen protocol's name, so that a static consumer restarted with other topics gets its old
     * assignment and never the new topics; we rebalance then.
     */
    private static boolean keepsGeneration(LiveGroup group, LiveMember old, LiveMember successor) {
        String protocolName = group.protocolName();
        if (!group.electProtocol().equals(protocolName)) {
            return false;
        }
        return !group.protocolType().equals(Subscription.PROTOCOL_TYPE)
                || Subscription.topics(old.metadata(protocolName))
                        .equals(Subscription.topics(successor.metadata(protocolName)));
    }

    /** KIP-814: a leader that is told to skip the assignment may know that it leads; an older client would assign anew. */
    private static JoinAnswer continued(Join join, LiveMember member, String leaderBefore) {
        LiveGroup group = join.group();
        boolean leads = group.isLeader(member.id());
        boolean skips = join.request().supportsSkippingAssignment();
        return new JoinAnswer(
                ErrorCode.NONE,
                group.generation(),
                group.protocolType(),
                group.protocolName(),
                skips ? group.leaderId() : leaderBefore,
                member.id(),
                skips && leads,
                skips && leads ? group.joinedMembers() : List.of());
    }

    private record Join(Turn turn, LiveGroup group, JoinRequest request, CompletableFuture<JoinAnswer> future) {}
}
