package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.GroupService.DescribedMember;
import io.sluice.broker.api.GroupService.GroupDescription;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.group.assign.ShareAssignor;
import io.sluice.broker.group.stored.ConsumerGroupState;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerProfile;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.ShareGroupState;
import io.sluice.broker.group.stored.Subscription;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** ListGroups, DescribeGroups, ConsumerGroupDescribe, ShareGroupDescribe, DeleteGroups. */
final class GroupQueries {
    private final ConsumerRebalance consumerRebalance;

    GroupQueries(ConsumerRebalance consumerRebalance) {
        this.consumerRebalance = consumerRebalance;
    }

    void list(Turn turn, CompletableFuture<Result<List<GroupListing>>> future) {
        List<GroupListing> listings = new ArrayList<>();
        for (LiveGroup group : turn.live().all()) {
            listings.add(new GroupListing(
                    group.id(),
                    group.protocolType(),
                    GroupType.CLASSIC,
                    group.state().kafkaName()));
        }
        for (LiveConsumerGroup live : turn.live().consumers()) {
            ConsumerGroup group = turn.consumerGroup(live.id());
            if (group != null) {
                listings.add(new GroupListing(
                        group.id(),
                        Subscription.PROTOCOL_TYPE,
                        GroupType.CONSUMER,
                        group.state().state().kafkaName()));
            }
        }
        for (LiveShareGroup live : turn.live().shares()) {
            ShareGroup group = turn.shareGroup(live.id());
            if (group != null) {
                listings.add(new GroupListing(
                        group.id(),
                        ShareGroupState.PROTOCOL_TYPE,
                        GroupType.SHARE,
                        group.state().state().kafkaName()));
            }
        }
        turn.answer(future, Result.of(listings), Result::failed);
    }

    void describe(Turn turn, String groupId, CompletableFuture<Result<GroupDescription>> future) {
        LiveGroup group = turn.live().find(groupId);
        Result<GroupDescription> answer = group == null
                ? Result.failed(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + groupId + " is not a classic group.")
                : Result.of(describe(group));
        turn.answer(future, answer, Result::failed);
    }

    /** As Kafka: protocol, metadata and assignments only of a stable group, since they are about to change in others. */
    private static GroupDescription describe(LiveGroup group) {
        boolean isStable = group.is(GroupState.STABLE);
        String protocolName = isStable ? group.protocolName() : "";
        List<DescribedMember> members = group.members().stream()
                .map(member -> new DescribedMember(
                        member.id(),
                        member.instanceId(),
                        member.clientId(),
                        member.clientHost(),
                        isStable ? member.metadata(protocolName) : LiveMember.NO_ASSIGNMENT,
                        isStable ? member.assignment() : LiveMember.NO_ASSIGNMENT))
                .toList();
        return new GroupDescription(group.id(), group.state(), group.protocolType(), protocolName, members);
    }

    void describeConsumers(Turn turn, String groupId, CompletableFuture<Result<ConsumerGroupDescription>> future) {
        ConsumerGroup group = turn.consumerGroup(groupId);
        Result<ConsumerGroupDescription> answer = group == null
                ? Result.failed(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + groupId + " is not a consumer group.")
                : Result.of(describe(group));
        turn.answer(future, answer, Result::failed);
    }

    private ConsumerGroupDescription describe(ConsumerGroup group) {
        ConsumerGroupState state = group.state();
        List<ConsumerGroupDescription.Member> members =
                state.members().stream().map(member -> describe(state, member)).toList();
        return new ConsumerGroupDescription(
                group.id(),
                state.state(),
                state.epoch(),
                state.targetEpoch(),
                consumerRebalance.assignor(state).name(),
                members);
    }

    private static ConsumerGroupDescription.Member describe(ConsumerGroupState state, ConsumerMember member) {
        ConsumerProfile profile = member.profile();
        return new ConsumerGroupDescription.Member(
                member.id(),
                member.epoch(),
                new ConsumerHeartbeat.Client(
                        profile.instanceId(), profile.rackId(), profile.clientId(), profile.clientHost()),
                profile.topics(),
                profile.regex(),
                ConsumerDecider.partitions(member.assigned()),
                ConsumerDecider.partitions(state.target(member.id())),
                member.isClassic());
    }

    void describeShares(Turn turn, String groupId, CompletableFuture<Result<ShareGroupDescription>> future) {
        ShareGroup group = turn.shareGroup(groupId);
        Result<ShareGroupDescription> answer = group == null
                ? Result.failed(ErrorCode.GROUP_ID_NOT_FOUND, "Group " + groupId + " is not a share group.")
                : Result.of(describe(group));
        turn.answer(future, answer, Result::failed);
    }

    private static ShareGroupDescription describe(ShareGroup group) {
        ShareGroupState state = group.state();
        List<ShareGroupDescription.Member> members = state.members().stream()
                .map(member -> new ShareGroupDescription.Member(
                        member.id(),
                        member.epoch(),
                        new ConsumerHeartbeat.Client(
                                Optional.empty(),
                                member.profile().rackId(),
                                member.profile().clientId(),
                                member.profile().clientHost()),
                        member.profile().topics(),
                        ConsumerDecider.partitions(member.assigned())))
                .toList();
        return new ShareGroupDescription(
                group.id(), state.state(), state.epoch(), state.targetEpoch(), ShareAssignor.NAME, members);
    }

    /** Whether it is a share group that may be deleted. */
    void isEmptyShare(Turn turn, String groupId, CompletableFuture<Boolean> future) {
        ShareGroup group = turn.shareGroup(groupId);
        turn.answer(future, group != null && group.state().memberCount() == 0, error -> false);
    }

    void delete(Turn turn, String groupId, CompletableFuture<ErrorCode> future) {
        turn.answer(future, delete(turn, groupId));
    }

    private static ErrorCode delete(Turn turn, String groupId) {
        ShareGroup share = turn.shareGroup(groupId);
        if (share != null) {
            return delete(turn, share);
        }
        OffsetHolder running = turn.live().findAny(groupId);
        if (running == null) {
            return ErrorCode.GROUP_ID_NOT_FOUND;
        }
        boolean isEmpty = switch (running) {
            case LiveGroup classic -> classic.is(GroupState.EMPTY);
            case LiveConsumerGroup consumer -> {
                ConsumerGroup group = turn.consumerGroup(groupId);
                yield group == null || group.state().memberCount() == 0;
            }
        };
        if (!isEmpty) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        if (turn.stored(groupId) != null) {
            turn.emit(new GroupDeleted(groupId));
        }
        turn.live().dropAny(running, ErrorCode.UNKNOWN_MEMBER_ID);
        return ErrorCode.NONE;
    }

    private static ErrorCode delete(Turn turn, ShareGroup group) {
        if (group.state().memberCount() > 0) {
            return ErrorCode.NON_EMPTY_GROUP;
        }
        turn.emit(new GroupDeleted(group.id()));
        turn.live().dropShare(group.id());
        return ErrorCode.NONE;
    }
}
