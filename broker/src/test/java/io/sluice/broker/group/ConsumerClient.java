package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A client of the consumer protocol: it gives partitions up as soon as it is told to, unless it is stubborn. */
final class ConsumerClient {
    final String name;
    private final GroupsFixture fixture;
    String groupId = GroupsFixture.GROUP;
    Optional<String> instanceId = Optional.empty();
    List<String> topics = List.of("t");
    Optional<String> regex = Optional.empty();
    Optional<String> assignor = Optional.empty();
    Predicate<String> visible = topic -> true;
    int rebalanceTimeoutMs = 60_000;
    boolean isStubborn;
    int epoch;
    PartitionSet owned = PartitionSet.EMPTY;
    ConsumerHeartbeatAnswer last = ConsumerHeartbeatAnswer.failed(ErrorCode.NONE, "");

    ConsumerClient(GroupsFixture fixture, String name) {
        this.fixture = fixture;
        this.name = name;
    }

    ConsumerHeartbeat heartbeat(int withEpoch, boolean isFull) {
        boolean isLeaving = withEpoch < 0;
        return new ConsumerHeartbeat(
                groupId,
                name,
                withEpoch,
                new ConsumerHeartbeat.Client(instanceId, Optional.empty(), name, "/127.0.0.1"),
                isFull ? rebalanceTimeoutMs : -1,
                isFull ? Optional.of(topics) : Optional.empty(),
                isFull ? regex : Optional.empty(),
                isFull ? assignor : Optional.empty(),
                isLeaving ? Optional.empty() : Optional.of(ConsumerDecider.partitions(owned)),
                visible);
    }

    CompletableFuture<ConsumerHeartbeatAnswer> send(ConsumerHeartbeat heartbeat) {
        return fixture.groups().consumerHeartbeat(heartbeat).thenApply(this::told);
    }

    private ConsumerHeartbeatAnswer told(ConsumerHeartbeatAnswer answer) {
        last = answer;
        if (answer.error() == ErrorCode.NONE) {
            epoch = answer.memberEpoch();
            if (!isStubborn) {
                answer.assignment().map(ConsumerDecider::partitions).ifPresent(assigned -> owned = assigned);
            }
        } else if (answer.error() == ErrorCode.FENCED_MEMBER_EPOCH || answer.error() == ErrorCode.UNKNOWN_MEMBER_ID) {
            epoch = 0;
            owned = PartitionSet.EMPTY;
        }
        return answer;
    }

    /** Says everything; joins if it is in no group. */
    ErrorCode join() {
        send(heartbeat(epoch, true));
        return last.error();
    }

    ErrorCode beat() {
        send(heartbeat(epoch, epoch == 0));
        return last.error();
    }

    ErrorCode leave() {
        return end(ConsumerHeartbeat.LEAVE);
    }

    ErrorCode leaveForNow() {
        return end(ConsumerHeartbeat.LEAVE_FOR_NOW);
    }

    private ErrorCode end(int withEpoch) {
        ErrorCode error = fixture.groups()
                .consumerHeartbeat(heartbeat(withEpoch, false))
                .resultNow()
                .error();
        epoch = 0;
        owned = PartitionSet.EMPTY;
        return error;
    }

    MemberRef ref() {
        return new MemberRef(groupId, epoch, name, instanceId);
    }

    /** Commits an offset of topic {@code t}. */
    ErrorCode commit(int partition, int withEpoch) {
        TopicPartition key = new TopicPartition("t", partition);
        MemberRef ref = new MemberRef(groupId, withEpoch, name, instanceId);
        return fixture.groups()
                .commit(ref, Map.of(key, new CommittedOffset(5, -1, "")))
                .resultNow()
                .get(key);
    }
}
