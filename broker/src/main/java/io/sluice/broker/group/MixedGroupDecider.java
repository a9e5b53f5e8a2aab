package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.JoinRequest;
import io.sluice.broker.api.GroupService.LeaveAnswer;
import io.sluice.broker.api.GroupService.LeavingMember;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.SyncAnswer;
import io.sluice.broker.api.GroupService.SyncRequest;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Classic members of a consumer group (KIP-848): the broker assigns, so no member leads, joining and syncing are answered
 * at once, and a member's generation is its epoch. It is told to join again as long as its target asks for a step.
 */
final class MixedGroupDecider {
    private final GroupSettings settings;
    private final MemberIds memberIds;
    private final ConsumerRebalance rebalance;
    private final ConsumerMembership membership;
    private final NamedPartitions named;

    MixedGroupDecider(
            GroupSettings settings,
            MemberIds memberIds,
            ConsumerRebalance rebalance,
            ConsumerMembership membership,
            TopicView topics) {
        this.settings = settings;
        this.memberIds = memberIds;
        this.rebalance = rebalance;
        this.membership = membership;
        this.named = new NamedPartitions(topics);
    }

    void join(ConsumerGroup group, JoinRequest request, CompletableFuture<JoinAnswer> future) {
        Turn turn = group.turn();
        ErrorCode refusal = whyNot(group.state(), request);
        if (refusal != ErrorCode.NONE) {
            turn.failJoin(future, refusal, request.memberId());
            return;
        }
        boolean isNew = request.memberId().isEmpty();
        String prefix = request.instanceId().orElse(request.clientId());
        String memberId = isNew ? memberIds.next(prefix) : request.memberId();
        if (isNew && request.requiresKnownMemberId() && request.instanceId().isEmpty()) {
            turn.failJoin(future, ErrorCode.MEMBER_ID_REQUIRED, memberId);
            return;
        }
        ConsumerMember former = former(group.state(), request);
        ConsumerMember member = joined(group, memberId, request);
        if (former != null && !former.id().equals(memberId)) {
            membership.succeeded(group, memberId, request.supportsSkippingAssignment());
        }
        LiveGroup classic = turn.live().find(group.id());
        JoinAnswer answer = classic == null ? mixed(member, request) : classic(classic, memberId);
        turn.answer(future, answer, Answers.joinFailed(memberId));
    }

    private static JoinAnswer mixed(ConsumerMember member, JoinRequest request) {
        return new JoinAnswer(
                ErrorCode.NONE,
                member.epoch(),
                Subscription.PROTOCOL_TYPE,
                request.protocols().getFirst().name(),
                "",
                member.id(),
                false,
                List.of());
    }

    /** Its joining has made the group a classic one. If that rebalances, syncing will tell. */
    private static JoinAnswer classic(LiveGroup group, String memberId) {
        boolean leads = group.is(GroupState.STABLE) && group.isLeader(memberId);
        return new JoinAnswer(
                ErrorCode.NONE,
                group.generation(),
                group.protocolType(),
                group.protocolName(),
                leads ? memberId : "",
                memberId,
                leads,
                leads ? group.joinedMembers() : List.of());
    }

    private ErrorCode whyNot(ConsumerGroupState state, JoinRequest request) {
        ConsumerMember known = state.member(request.memberId());
        ConsumerMember former = former(state, request);
        if (request.instanceId().isPresent() && !request.memberId().isEmpty()) {
            if (former == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            if (!former.id().equals(request.memberId())) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        ConsumerMember itself = former == null ? known : former;
        boolean hasPlace =
                itself != null || state.memberCount() < settings.consumer().groupMaxSize();
        long bytes = state.profileBytesWithout(itself) + ConsumerProfile.lengthBytes(request.protocols());
        if (!hasPlace || bytes > settings.membersBytesMax()) {
            return ErrorCode.GROUP_MAX_SIZE_REACHED;
        }
        return supports(state, request) ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }

    private static @Nullable ConsumerMember former(ConsumerGroupState state, JoinRequest request) {
        return request.instanceId().map(state::memberOfInstance).orElse(null);
    }

    /** Classic members must have a protocol in common, so that they can go on without the others. */
    private static boolean supports(ConsumerGroupState state, JoinRequest request) {
        boolean isConsumer = request.protocolType().equals(Subscription.PROTOCOL_TYPE)
                && !request.protocols().isEmpty()
                && Subscription.topics(request.protocols().getFirst().metadata())
                        .isPresent();
        if (!isConsumer) {
            return false;
        }
        List<List<Protocol>> all = new ArrayList<>();
        all.add(request.protocols());
        state.members().stream()
                .filter(member -> !member.id().equals(request.memberId()))
                .flatMap(member -> member.profile().classic().stream())
                .forEach(classic -> all.add(classic.protocols()));
        return !LiveGroup.common(all).isEmpty();
    }

    private ConsumerMember joined(ConsumerGroup group, String memberId, JoinRequest request) {
        ConsumerMember former = former(group.state(), request);
        if (former != null && !former.id().equals(memberId)) {
            group.emit(new MemberReplaced(group.id(), former.id(), memberId));
            group.live().forget(former.id());
        }
        ConsumerMember before = group.state().member(memberId);
        ConsumerProfile profile = profile(request);
        group.emit(new MemberSet(group.id(), memberId, profile));
        rebalance.refresh(group, before == null || !before.profile().hasSameSubscription(profile));
        rebalance.assign(group);
        byte[] metadata = request.protocols().getFirst().metadata();
        PartitionSet owned = named.ids(Subscription.owned(metadata));
        ConsumerMember member = rebalance.reconcile(group, memberId, Optional.of(owned));
        long nowMs = group.turn().nowMs();
        group.live().restartSession(member, settings.consumer(), nowMs);
        group.live().setRebalanceDeadline(memberId, nowMs + request.rebalanceTimeoutMs());
        return member;
    }

    private static ConsumerProfile profile(JoinRequest request) {
        Set<String> topics =
                Subscription.topics(request.protocols().getFirst().metadata()).orElseThrow();
        return new ConsumerProfile(
                request.instanceId(),
                Optional.empty(),
                request.clientId(),
                request.clientHost(),
                request.rebalanceTimeoutMs(),
                Optional.empty(),
                List.copyOf(topics),
                Optional.empty(),
                Optional.of(new ConsumerProfile.Classic(request.sessionTimeoutMs(), request.protocols())));
    }

    void sync(ConsumerGroup group, SyncRequest request, CompletableFuture<SyncAnswer> future) {
        Turn turn = group.turn();
        ErrorCode error = errorFor(group.state(), request.member());
        ConsumerMember member = group.state().member(request.member().memberId());
        ConsumerProfile.Classic classic =
                member == null ? null : member.profile().classic().orElse(null);
        if (error != ErrorCode.NONE || member == null || classic == null) {
            turn.failSync(future, error == ErrorCode.NONE ? ErrorCode.UNKNOWN_MEMBER_ID : error);
            return;
        }
        String protocolName = classic.chosen().name();
        boolean agrees =
                request.protocolType().orElse(Subscription.PROTOCOL_TYPE).equals(Subscription.PROTOCOL_TYPE)
                        && request.protocolName().orElse(protocolName).equals(protocolName);
        if (!agrees) {
            turn.failSync(future, ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        } else if (group.state().epoch() > member.epoch() && member.phase() != Phase.UNREVOKED) {
            expectJoin(group, member);
            turn.failSync(future, ErrorCode.REBALANCE_IN_PROGRESS);
        } else {
            group.live().cancelRebalanceDeadline(member.id());
            group.live().restartSession(member, settings.consumer(), turn.nowMs());
            byte[] assignment = Subscription.assignment(
                    Subscription.version(classic.chosen().metadata()), named.names(member.assigned()));
            turn.answer(
                    future,
                    new SyncAnswer(ErrorCode.NONE, Subscription.PROTOCOL_TYPE, protocolName, assignment),
                    Answers::syncFailed);
        }
    }

    void heartbeat(ConsumerGroup group, MemberRef ref, CompletableFuture<ErrorCode> future) {
        ErrorCode error = errorFor(group.state(), ref);
        ConsumerMember member = group.state().member(ref.memberId());
        if (error == ErrorCode.NONE && member != null) {
            group.live()
                    .restartSession(member, settings.consumer(), group.turn().nowMs());
            if (mustJoin(group, member)) {
                expectJoin(group, member);
                error = ErrorCode.REBALANCE_IN_PROGRESS;
            }
        }
        group.turn().answer(future, error);
    }

    /** The epoch went on, it must give something up, or all it waits for came free. */
    private static boolean mustJoin(ConsumerGroup group, ConsumerMember member) {
        if (member.epoch() < group.state().epoch() || member.phase() == Phase.UNREVOKED) {
            return true;
        }
        PartitionSet wanted = group.state().target(member.id()).minus(member.assigned());
        return member.phase() == Phase.UNRELEASED
                && wanted.where(group.freeFor(member.id())).count() == wanted.count();
    }

    private static void expectJoin(ConsumerGroup group, ConsumerMember member) {
        long dueMs = group.turn().nowMs() + member.profile().rebalanceTimeoutMs();
        group.live().setRebalanceDeadlineIfNone(member.id(), dueMs);
    }

    void leave(ConsumerGroup group, List<LeavingMember> leaving, CompletableFuture<List<LeaveAnswer>> future) {
        List<LeaveAnswer> answers = new ArrayList<>();
        Set<ConsumerMember> gone = new LinkedHashSet<>();
        for (LeavingMember each : leaving) {
            ConsumerMember member = each.instanceId().isPresent()
                    ? group.state().memberOfInstance(each.instanceId().get())
                    : group.state().member(each.memberId());
            ErrorCode error = whyNotLeave(member, each);
            if (error == ErrorCode.NONE && member != null && !gone.add(member)) {
                error = ErrorCode.UNKNOWN_MEMBER_ID;
            }
            answers.add(new LeaveAnswer(each, error));
        }
        if (!gone.isEmpty()) {
            membership.remove(group, gone);
        }
        group.turn().answer(future, answers, error -> Answers.leaveFailed(leaving, error));
    }

    /** By instance id alone an operator removes a static member, whatever protocol it speaks. */
    private static ErrorCode whyNotLeave(@Nullable ConsumerMember member, LeavingMember leaving) {
        if (member == null) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        boolean isByOperator = leaving.memberId().isEmpty();
        if (!isByOperator && !member.id().equals(leaving.memberId())) {
            return ErrorCode.FENCED_INSTANCE_ID;
        }
        return member.isClassic() || isByOperator ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    private static ErrorCode errorFor(ConsumerGroupState state, MemberRef ref) {
        ConsumerMember member = state.member(ref.memberId());
        if (ref.instanceId().isPresent()) {
            member = state.memberOfInstance(ref.instanceId().get());
            if (member != null && !member.id().equals(ref.memberId())) {
                return ErrorCode.FENCED_INSTANCE_ID;
            }
        }
        if (member == null || !member.isClassic()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return member.epoch() == ref.generation() ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
    }
}
