package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.ConsumerHeartbeat;
import io.sluice.broker.api.ConsumerHeartbeatAnswer;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;

/** ConsumerGroupHeartbeat (KIP-848). From version 1 on members choose their id themselves (KIP-1082). */
final class ConsumerGroupHeartbeatHandler implements ColdHandler<ConsumerGroupHeartbeatRequestData> {
    private static final short OWN_ID_FROM = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.CONSUMER_GROUP_HEARTBEAT;
    }

    @Override
    public ConsumerGroupHeartbeatRequestData newRequest() {
        return new ConsumerGroupHeartbeatRequestData();
    }

    @Override
    public CompletableFuture<ConsumerGroupHeartbeatResponseData> handle(
            ConsumerGroupHeartbeatRequestData request, ColdContext context) {
        if (context.version() >= OWN_ID_FROM && request.memberId().isEmpty()) {
            return CompletableFuture.completedFuture(new ConsumerGroupHeartbeatResponseData()
                    .setErrorCode(ErrorCode.INVALID_REQUEST.kafkaCode())
                    .setErrorMessage("MemberId can't be empty."));
        }
        return context.broker()
                .groups()
                .consumerHeartbeat(heartbeat(request, context))
                .thenApply(ConsumerGroupHeartbeatHandler::encode);
    }

    private static ConsumerHeartbeat heartbeat(ConsumerGroupHeartbeatRequestData request, ColdContext context) {
        return new ConsumerHeartbeat(
                request.groupId(),
                request.memberId(),
                request.memberEpoch(),
                new ConsumerHeartbeat.Client(
                        Optional.ofNullable(request.instanceId()),
                        Optional.ofNullable(request.rackId()),
                        context.clientId(),
                        context.client().host()),
                request.rebalanceTimeoutMs(),
                Optional.ofNullable(request.subscribedTopicNames()).map(List::copyOf),
                Optional.ofNullable(request.subscribedTopicRegex()),
                Optional.ofNullable(request.serverAssignor()),
                Optional.ofNullable(request.topicPartitions()).map(ConsumerGroupHeartbeatHandler::owned),
                topic -> true);
    }

    private static List<ConsumerHeartbeat.TopicPartitions> owned(
            List<ConsumerGroupHeartbeatRequestData.TopicPartitions> topics) {
        List<ConsumerHeartbeat.TopicPartitions> owned = new ArrayList<>();
        topics.forEach(topic -> owned.add(new ConsumerHeartbeat.TopicPartitions(
                Ids.fromKafka(topic.topicId()), List.copyOf(topic.partitions()))));
        return owned;
    }

    private static ConsumerGroupHeartbeatResponseData encode(ConsumerHeartbeatAnswer answer) {
        ConsumerGroupHeartbeatResponseData encoded = new ConsumerGroupHeartbeatResponseData()
                .setErrorCode(answer.error().kafkaCode());
        if (answer.error() != ErrorCode.NONE) {
            return encoded.setErrorMessage(answer.message());
        }
        answer.assignment().ifPresent(assignment -> encoded.setAssignment(assignment(assignment)));
        return encoded.setMemberId(answer.memberId())
                .setMemberEpoch(answer.memberEpoch())
                .setHeartbeatIntervalMs(answer.heartbeatIntervalMs());
    }

    private static ConsumerGroupHeartbeatResponseData.Assignment assignment(
            List<ConsumerHeartbeat.TopicPartitions> topics) {
        ConsumerGroupHeartbeatResponseData.Assignment assignment = new ConsumerGroupHeartbeatResponseData.Assignment();
        topics.forEach(topic -> assignment
                .topicPartitions()
                .add(new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                        .setTopicId(Ids.toKafka(topic.topicId()))
                        .setPartitions(topic.partitions())));
        return assignment;
    }
}
