package io.sluice.broker;

import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Stands where the group coordinator will be: every request is answered COORDINATOR_NOT_AVAILABLE. */
final class NoGroups implements GroupService {
    private static final ErrorCode ERROR = ErrorCode.COORDINATOR_NOT_AVAILABLE;

    @Override
    public CompletableFuture<JoinAnswer> join(JoinRequest request) {
        return CompletableFuture.completedFuture(JoinAnswer.failed(ERROR, request.memberId()));
    }

    @Override
    public CompletableFuture<SyncAnswer> sync(SyncRequest request) {
        return CompletableFuture.completedFuture(new SyncAnswer(ERROR, "", "", new byte[0]));
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member) {
        return CompletableFuture.completedFuture(ERROR);
    }

    @Override
    public CompletableFuture<List<LeaveAnswer>> leave(String groupId, List<LeavingMember> members) {
        return CompletableFuture.completedFuture(
                members.stream().map(member -> new LeaveAnswer(member, ERROR)).toList());
    }

    @Override
    public CompletableFuture<Map<TopicPartition, ErrorCode>> commit(
            MemberRef member, Map<TopicPartition, CommittedOffset> offsets) {
        return CompletableFuture.completedFuture(offsets.keySet().stream()
                .collect(java.util.stream.Collectors.toMap(partition -> partition, partition -> ERROR)));
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            String groupId, Optional<List<TopicPartition>> partitions) {
        return CompletableFuture.completedFuture(Result.failed(ERROR));
    }

    @Override
    public CompletableFuture<List<GroupListing>> list() {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<Result<GroupDescription>> describe(String groupId) {
        return CompletableFuture.completedFuture(Result.failed(ERROR));
    }

    @Override
    public CompletableFuture<ErrorCode> delete(String groupId) {
        return CompletableFuture.completedFuture(ERROR);
    }
}
