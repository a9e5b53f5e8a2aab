package io.sluice.broker.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A client of share groups that does what it is told. */
final class ShareClient {
    final String name;
    private final GroupsFixture fixture;
    List<String> topics = List.of("t");
    String groupId = GroupsFixture.GROUP;
    int epoch;
    PartitionSet assigned = PartitionSet.EMPTY;
    ConsumerHeartbeatAnswer last = ConsumerHeartbeatAnswer.failed(ErrorCode.NONE, "");

    ShareClient(GroupsFixture fixture, String name) {
        this.fixture = fixture;
        this.name = name;
    }

    ShareHeartbeat heartbeat(int withEpoch, boolean isFull) {
        return new ShareHeartbeat(
                groupId,
                name,
                withEpoch,
                new ConsumerHeartbeat.Client(Optional.empty(), Optional.empty(), name, "/127.0.0.1"),
                isFull ? Optional.of(topics) : Optional.empty());
    }

    CompletableFuture<ConsumerHeartbeatAnswer> send(ShareHeartbeat heartbeat) {
        return fixture.groups().shareHeartbeat(heartbeat).thenApply(this::told);
    }

    private ConsumerHeartbeatAnswer told(ConsumerHeartbeatAnswer answer) {
        last = answer;
        if (answer.error() == ErrorCode.NONE) {
            epoch = answer.memberEpoch();
            answer.assignment().map(ConsumerDecider::partitions).ifPresent(now -> assigned = now);
        } else if (answer.error() == ErrorCode.FENCED_MEMBER_EPOCH || answer.error() == ErrorCode.UNKNOWN_MEMBER_ID) {
            epoch = 0;
            assigned = PartitionSet.EMPTY;
        }
        return answer;
    }

    /** Speaks as the real one does: everything when it joins, nothing but its epoch then. */
    CompletableFuture<ConsumerHeartbeatAnswer> speak() {
        return send(heartbeat(Math.max(0, epoch), epoch <= 0));
    }

    CompletableFuture<ConsumerHeartbeatAnswer> leave() {
        return send(heartbeat(ConsumerHeartbeat.LEAVE, false));
    }
}
