package io.sluice.protocol.kafka;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.common.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Groups of one member each, who leads at once: enough to see every field pass. */
final class FakeGroups implements GroupService {
    final Map<String, JoinRequest> members = new ConcurrentHashMap<>();
    final Map<String, byte[]> assignments = new ConcurrentHashMap<>();
    final Map<String, Map<TopicPartition, CommittedOffset>> offsets = new ConcurrentHashMap<>();
    private final Queue<ErrorCode> listFailures = new ConcurrentLinkedQueue<>();
    private volatile ErrorCode committedError = ErrorCode.NONE;

    /** The next question for all groups fails with this. */
    void failList(ErrorCode error) {
        listFailures.add(error);
    }

    /** Questions for committed offsets fail with this from now on. */
    void failCommitted(ErrorCode error) {
        committedError = error;
    }

    @Override
    public CompletableFuture<JoinAnswer> join(JoinRequest request) {
        if (request.memberId().isEmpty() && request.requiresKnownMemberId()) {
            return done(JoinAnswer.failed(ErrorCode.MEMBER_ID_REQUIRED, "m-1"));
        }
        members.put(request.groupId(), request);
        Protocol first = request.protocols().getFirst();
        return done(new JoinAnswer(
                ErrorCode.NONE,
                1,
                request.protocolType(),
                first.name(),
                "m-1",
                "m-1",
                false,
                List.of(new JoinedMember("m-1", request.instanceId(), first.metadata()))));
    }

    @Override
    public CompletableFuture<SyncAnswer> sync(SyncRequest request) {
        assignments.putAll(request.assignments());
        return done(new SyncAnswer(
                ErrorCode.NONE,
                request.protocolType().orElse("consumer"),
                request.protocolName().orElse("range"),
                assignments.getOrDefault("m-1", new byte[0])));
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member) {
        return done(members.containsKey(member.groupId()) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member, CompletableFuture<Void> hurry) {
        return heartbeat(member);
    }

    @Override
    public CompletableFuture<List<LeaveAnswer>> leave(String groupId, List<LeavingMember> leaving) {
        members.remove(groupId);
        return done(leaving.stream()
                .map(member -> new LeaveAnswer(member, ErrorCode.NONE))
                .toList());
    }

    @Override
    public CompletableFuture<Map<TopicPartition, ErrorCode>> commit(
            MemberRef member, Map<TopicPartition, CommittedOffset> committed) {
        offsets.computeIfAbsent(member.groupId(), id -> new ConcurrentHashMap<>())
                .putAll(committed);
        Map<TopicPartition, ErrorCode> answer = new HashMap<>();
        committed.keySet().forEach(partition -> answer.put(partition, ErrorCode.NONE));
        return done(answer);
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            String groupId, Optional<List<TopicPartition>> partitions) {
        if (committedError != ErrorCode.NONE) {
            return done(Result.failed(committedError));
        }
        Map<TopicPartition, CommittedOffset> all = new HashMap<>(offsets.getOrDefault(groupId, Map.of()));
        partitions.ifPresent(wanted -> all.keySet().retainAll(wanted));
        return done(Result.of(all));
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            MemberRef member, Optional<List<TopicPartition>> partitions) {
        return committed(member.groupId(), partitions);
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> deleteOffsets(
            String groupId, List<TopicPartition> partitions) {
        Map<TopicPartition, ErrorCode> answer = new HashMap<>();
        partitions.forEach(partition -> {
            offsets.getOrDefault(groupId, new HashMap<>()).remove(partition);
            answer.put(partition, ErrorCode.NONE);
        });
        return done(Result.of(answer));
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> consumerHeartbeat(ConsumerHeartbeat heartbeat) {
        return done(new ConsumerHeartbeatAnswer(ErrorCode.NONE, "", heartbeat.memberId(), 1, 5_000, heartbeat.owned()));
    }

    @Override
    public CompletableFuture<Result<ConsumerGroupDescription>> describeConsumerGroup(String groupId) {
        return done(Result.failed(ErrorCode.GROUP_ID_NOT_FOUND));
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> shareHeartbeat(ShareHeartbeat heartbeat) {
        return done(new ConsumerHeartbeatAnswer(
                ErrorCode.NONE, "", heartbeat.memberId(), 1, 5_000, Optional.of(List.of())));
    }

    @Override
    public boolean mayRenew(String groupId) {
        return true;
    }

    @Override
    public CompletableFuture<Result<ShareGroupDescription>> describeShareGroup(String groupId) {
        return done(Result.failed(ErrorCode.GROUP_ID_NOT_FOUND));
    }

    @Override
    public CompletableFuture<Result<List<GroupListing>>> list() {
        ErrorCode failure = listFailures.poll();
        return done(
                failure == null
                        ? Result.of(members.keySet().stream()
                                .map(id -> new GroupListing(id, "consumer", GroupType.CLASSIC, "Stable"))
                                .toList())
                        : Result.failed(failure));
    }

    @Override
    public CompletableFuture<Result<GroupDescription>> describe(String groupId) {
        JoinRequest member = members.get(groupId);
        if (member == null) {
            return done(Result.failed(ErrorCode.GROUP_ID_NOT_FOUND));
        }
        var described = new DescribedMember(
                "m-1", member.instanceId(), member.clientId(), member.clientHost(), new byte[] {1}, new byte[] {2});
        return done(
                Result.of(new GroupDescription(groupId, GroupState.STABLE, "consumer", "range", List.of(described))));
    }

    @Override
    public CompletableFuture<ErrorCode> delete(String groupId) {
        return done(ErrorCode.NONE);
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.supplyAsync(() -> value);
    }
}
