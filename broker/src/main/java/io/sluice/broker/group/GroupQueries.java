package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.DescribedMember;
import io.sluice.broker.api.GroupService.GroupDescription;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.Result;
import io.sluice.broker.group.GroupEvent.GroupDeleted;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** ListGroups, DescribeGroups, DeleteGroups. */
final class GroupQueries {
    void list(Turn turn, CompletableFuture<List<GroupListing>> future) {
        List<GroupListing> listings = turn.live().all().stream()
                .map(group -> new GroupListing(group.id(), group.protocolType(), group.state()))
                .toList();
        turn.answer(future, listings, error -> List.of());
    }

    void describe(Turn turn, String groupId, CompletableFuture<Result<GroupDescription>> future) {
        LiveGroup group = turn.live().find(groupId);
        Result<GroupDescription> answer =
                group == null ? Result.failed(ErrorCode.GROUP_ID_NOT_FOUND) : Result.of(describe(group));
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

    void delete(Turn turn, String groupId, CompletableFuture<ErrorCode> future) {
        LiveGroup group = turn.live().find(groupId);
        ErrorCode error = ErrorCode.NONE;
        if (group == null) {
            error = ErrorCode.GROUP_ID_NOT_FOUND;
        } else if (!group.is(GroupState.EMPTY)) {
            error = ErrorCode.NON_EMPTY_GROUP;
        } else {
            if (turn.stored(groupId) != null) {
                turn.emit(new GroupDeleted(groupId));
            }
            turn.live().drop(group, ErrorCode.UNKNOWN_MEMBER_ID);
        }
        turn.answer(future, error);
    }
}
