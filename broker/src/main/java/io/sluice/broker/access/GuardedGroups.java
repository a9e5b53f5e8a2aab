package io.sluice.broker.access;

import static io.sluice.broker.api.ResourceType.CLUSTER;
import static io.sluice.broker.api.ResourceType.CLUSTER_NAME;
import static io.sluice.broker.api.ResourceType.GROUP;
import static io.sluice.broker.api.ResourceType.TOPIC;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Groups for one caller. */
final class GuardedGroups implements GroupService {
    private static final String UNSEEN_TOPICS =
            "The group has described topic(s) that the client is not authorized to describe.";

    private final GroupService groups;
    private final Access access;

    GuardedGroups(GroupService groups, Access access) {
        this.groups = groups;
        this.access = access;
    }

    @Override
    public CompletableFuture<JoinAnswer> join(JoinRequest request) {
        return may(Operation.READ, request.groupId())
                ? groups.join(request)
                : completed(JoinAnswer.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED, request.memberId()));
    }

    @Override
    public CompletableFuture<SyncAnswer> sync(SyncRequest request) {
        return may(Operation.READ, request.member().groupId())
                ? groups.sync(request)
                : completed(new SyncAnswer(ErrorCode.GROUP_AUTHORIZATION_FAILED, "", "", new byte[0]));
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member) {
        return may(Operation.READ, member.groupId())
                ? groups.heartbeat(member)
                : completed(ErrorCode.GROUP_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<ErrorCode> heartbeat(MemberRef member, CompletableFuture<Void> hurry) {
        return may(Operation.READ, member.groupId())
                ? groups.heartbeat(member, hurry)
                : completed(ErrorCode.GROUP_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<List<LeaveAnswer>> leave(String groupId, List<LeavingMember> members) {
        return may(Operation.READ, groupId)
                ? groups.leave(groupId, members)
                : completed(members.stream()
                        .map(member -> new LeaveAnswer(member, ErrorCode.GROUP_AUTHORIZATION_FAILED))
                        .toList());
    }

    @Override
    public CompletableFuture<Map<TopicPartition, ErrorCode>> commit(
            MemberRef member, Map<TopicPartition, CommittedOffset> offsets) {
        Map<TopicPartition, ErrorCode> denied = new HashMap<>();
        if (!may(Operation.READ, member.groupId())) {
            offsets.keySet().forEach(partition -> denied.put(partition, ErrorCode.GROUP_AUTHORIZATION_FAILED));
            return completed(denied);
        }
        Map<TopicPartition, CommittedOffset> allowed = new LinkedHashMap<>();
        offsets.forEach((partition, offset) -> {
            if (access.may(Operation.READ, TOPIC, partition.topic())) {
                allowed.put(partition, offset);
            } else {
                denied.put(partition, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
            }
        });
        if (denied.isEmpty()) {
            return groups.commit(member, offsets);
        }
        if (allowed.isEmpty()) {
            return completed(denied);
        }
        return groups.commit(member, allowed).thenApply(errors -> {
            denied.putAll(errors);
            return denied;
        });
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>> committed(
            MemberRef member, Optional<List<TopicPartition>> partitions) {
        if (!may(Operation.DESCRIBE, member.groupId())) {
            return completed(Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        return groups.committed(member, partitions)
                .thenApply(result -> result.isOk() ? Result.of(visible(result.get())) : result);
    }

    @Override
    public CompletableFuture<Result<Map<TopicPartition, ErrorCode>>> deleteOffsets(
            String groupId, List<TopicPartition> partitions) {
        if (!may(Operation.DELETE, groupId)) {
            return completed(Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        Map<TopicPartition, ErrorCode> denied = new LinkedHashMap<>();
        List<TopicPartition> allowed = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            if (access.may(Operation.READ, TOPIC, partition.topic())) {
                allowed.add(partition);
            } else {
                denied.put(partition, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
            }
        }
        return groups.deleteOffsets(groupId, allowed).thenApply(result -> {
            if (!result.isOk() || denied.isEmpty()) {
                return result;
            }
            denied.putAll(result.get());
            return Result.of(denied);
        });
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> consumerHeartbeat(ConsumerHeartbeat heartbeat) {
        if (!may(Operation.READ, heartbeat.groupId())) {
            return completed(denied(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        boolean seesAll = heartbeat.topics().orElse(List.of()).stream()
                .allMatch(topic -> access.may(Operation.DESCRIBE, TOPIC, topic));
        return seesAll
                ? groups.consumerHeartbeat(heartbeat.seeing(topic -> access.sees(Operation.DESCRIBE, TOPIC, topic)))
                : completed(denied(ErrorCode.TOPIC_AUTHORIZATION_FAILED));
    }

    @Override
    public CompletableFuture<ConsumerHeartbeatAnswer> shareHeartbeat(ShareHeartbeat heartbeat) {
        if (!may(Operation.READ, heartbeat.groupId())) {
            return completed(denied(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        boolean seesAll = heartbeat.topics().orElse(List.of()).stream()
                .allMatch(topic -> access.may(Operation.DESCRIBE, TOPIC, topic));
        return seesAll ? groups.shareHeartbeat(heartbeat) : completed(denied(ErrorCode.TOPIC_AUTHORIZATION_FAILED));
    }

    @Override
    public boolean mayRenew(String groupId) {
        return groups.mayRenew(groupId);
    }

    @Override
    public CompletableFuture<Result<ShareGroupDescription>> describeShareGroup(String groupId) {
        if (!may(Operation.DESCRIBE, groupId)) {
            return completed(Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        return groups.describeShareGroup(groupId)
                .thenApply(result -> result.isOk() && !seesTopicsOf(result.get())
                        ? Result.failed(ErrorCode.TOPIC_AUTHORIZATION_FAILED, UNSEEN_TOPICS)
                        : result);
    }

    private boolean seesTopicsOf(ShareGroupDescription group) {
        return group.members().stream()
                .flatMap(member -> member.topics().stream())
                .distinct()
                .allMatch(topic -> access.sees(Operation.DESCRIBE, TOPIC, topic));
    }

    private static ConsumerHeartbeatAnswer denied(ErrorCode error) {
        return ConsumerHeartbeatAnswer.failed(error, error.text());
    }

    @Override
    public CompletableFuture<Result<ConsumerGroupDescription>> describeConsumerGroup(String groupId) {
        if (!may(Operation.DESCRIBE, groupId)) {
            return completed(Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED));
        }
        return groups.describeConsumerGroup(groupId)
                .thenApply(result -> result.isOk() && !seesTopicsOf(result.get())
                        ? Result.failed(ErrorCode.TOPIC_AUTHORIZATION_FAILED, UNSEEN_TOPICS)
                        : result);
    }

    private boolean seesTopicsOf(ConsumerGroupDescription group) {
        return group.members().stream()
                .flatMap(member -> member.topics().stream())
                .distinct()
                .allMatch(topic -> access.sees(Operation.DESCRIBE, TOPIC, topic));
    }

    private Map<TopicPartition, CommittedOffset> visible(Map<TopicPartition, CommittedOffset> offsets) {
        Map<TopicPartition, CommittedOffset> seen = new LinkedHashMap<>(offsets);
        seen.keySet().removeIf(partition -> !access.sees(Operation.DESCRIBE, TOPIC, partition.topic()));
        return seen;
    }

    @Override
    public CompletableFuture<Result<List<GroupListing>>> list() {
        if (access.sees(Operation.DESCRIBE, CLUSTER, CLUSTER_NAME)) {
            return groups.list();
        }
        return groups.list().thenApply(all -> all.isOk() ? Result.of(visible(all.get())) : all);
    }

    private List<GroupListing> visible(List<GroupListing> all) {
        return all.stream()
                .filter(group -> access.sees(Operation.DESCRIBE, GROUP, group.groupId()))
                .toList();
    }

    @Override
    public CompletableFuture<Result<GroupDescription>> describe(String groupId) {
        return may(Operation.DESCRIBE, groupId)
                ? groups.describe(groupId)
                : completed(Result.failed(ErrorCode.GROUP_AUTHORIZATION_FAILED));
    }

    @Override
    public CompletableFuture<ErrorCode> delete(String groupId) {
        return may(Operation.DELETE, groupId)
                ? groups.delete(groupId)
                : completed(ErrorCode.GROUP_AUTHORIZATION_FAILED);
    }

    private boolean may(Operation operation, String groupId) {
        return access.may(operation, GROUP, groupId);
    }

    private static <T> CompletableFuture<T> completed(T answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
