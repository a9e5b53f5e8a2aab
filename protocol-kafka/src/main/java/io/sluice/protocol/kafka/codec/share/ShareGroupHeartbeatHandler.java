package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.broker.api.ShareHeartbeat;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;

/**
 * ShareGroupHeartbeat (KIP-932). A group begins in a partition when a member is told of it, not when that member first
 * fetches: what is produced in between belongs to the group too.
 */
final class ShareGroupHeartbeatHandler implements ColdHandler<ShareGroupHeartbeatRequestData> {
    private final ShareSessions sessions;

    ShareGroupHeartbeatHandler(ShareSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public KafkaApi api() {
        return KafkaApi.SHARE_GROUP_HEARTBEAT;
    }

    @Override
    public ShareGroupHeartbeatRequestData newRequest() {
        return new ShareGroupHeartbeatRequestData();
    }

    @Override
    public CompletableFuture<ShareGroupHeartbeatResponseData> handle(
            ShareGroupHeartbeatRequestData request, ColdContext context) {
        ShareHeartbeat heartbeat = new ShareHeartbeat(
                request.groupId(),
                request.memberId(),
                request.memberEpoch(),
                new ConsumerHeartbeat.Client(
                        Optional.empty(),
                        Optional.ofNullable(request.rackId()),
                        context.clientId(),
                        context.client().host()),
                Optional.ofNullable(request.subscribedTopicNames()).map(List::copyOf));
        return context.broker().groups().shareHeartbeat(heartbeat).thenCompose(answer -> {
            if (answer.error() == ErrorCode.NONE && heartbeat.memberEpoch() == ConsumerHeartbeat.LEAVE) {
                sessions.left(heartbeat.groupId(), heartbeat.memberId());
            }
            return opened(heartbeat.groupId(), answer, context).thenApply(done -> encode(answer));
        });
    }

    /** Who may not read a topic learns so when it fetches. */
    private static CompletableFuture<?> opened(String groupId, ConsumerHeartbeatAnswer answer, ColdContext context) {
        List<CompletableFuture<ErrorCode>> opened = new ArrayList<>();
        for (TopicPartitions topic : answer.assignment().orElse(List.of())) {
            for (int partition : topic.partitions()) {
                opened.add(context.broker().deliveries().open(new Place(topic.topicId(), partition).of(groupId)));
            }
        }
        return Gathering.of(opened);
    }

    private static ShareGroupHeartbeatResponseData encode(ConsumerHeartbeatAnswer answer) {
        ShareGroupHeartbeatResponseData encoded = new ShareGroupHeartbeatResponseData()
                .setErrorCode(answer.error().kafkaCode());
        if (answer.error() != ErrorCode.NONE) {
            return encoded.setErrorMessage(answer.message());
        }
        answer.assignment().ifPresent(assignment -> encoded.setAssignment(assignment(assignment)));
        return encoded.setMemberId(answer.memberId())
                .setMemberEpoch(answer.memberEpoch())
                .setHeartbeatIntervalMs(answer.heartbeatIntervalMs());
    }

    private static ShareGroupHeartbeatResponseData.Assignment assignment(List<TopicPartitions> topics) {
        ShareGroupHeartbeatResponseData.Assignment assignment = new ShareGroupHeartbeatResponseData.Assignment();
        topics.forEach(topic -> assignment
                .topicPartitions()
                .add(new ShareGroupHeartbeatResponseData.TopicPartitions()
                        .setTopicId(Ids.toKafka(topic.topicId()))
                        .setPartitions(topic.partitions())));
        return assignment;
    }
}
