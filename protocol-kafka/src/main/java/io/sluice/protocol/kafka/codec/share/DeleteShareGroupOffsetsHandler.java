package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData.DeleteShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData.DeleteShareGroupOffsetsResponseTopic;

/** DeleteShareGroupOffsets (KIP-932): an empty group forgets whole topics. */
final class DeleteShareGroupOffsetsHandler implements ColdHandler<DeleteShareGroupOffsetsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DELETE_SHARE_GROUP_OFFSETS;
    }

    @Override
    public DeleteShareGroupOffsetsRequestData newRequest() {
        return new DeleteShareGroupOffsetsRequestData();
    }

    @Override
    public CompletableFuture<DeleteShareGroupOffsetsResponseData> handle(
            DeleteShareGroupOffsetsRequestData request, ColdContext context) {
        Broker broker = context.broker();
        ErrorCode denied = broker.access().check(Operation.DELETE, ResourceType.GROUP, request.groupId());
        if (denied != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(refused(denied));
        }
        return GroupOffsets.whyNotChanged(broker, request.groupId())
                .thenCompose(error -> error == ErrorCode.NONE
                        ? delete(request, broker)
                        : CompletableFuture.completedFuture(refused(error)));
    }

    private static DeleteShareGroupOffsetsResponseData refused(ErrorCode error) {
        return new DeleteShareGroupOffsetsResponseData()
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(error.text());
    }

    private static CompletableFuture<DeleteShareGroupOffsetsResponseData> delete(
            DeleteShareGroupOffsetsRequestData request, Broker broker) {
        List<CompletableFuture<DeleteShareGroupOffsetsResponseTopic>> topics = new ArrayList<>();
        for (DeleteShareGroupOffsetsRequestTopic named : request.topics()) {
            topics.add(delete(request.groupId(), named.topicName(), broker));
        }
        return Gathering.of(topics).thenApply(all -> new DeleteShareGroupOffsetsResponseData().setResponses(all));
    }

    private static CompletableFuture<DeleteShareGroupOffsetsResponseTopic> delete(
            String groupId, String topicName, Broker broker) {
        DeleteShareGroupOffsetsResponseTopic answer =
                new DeleteShareGroupOffsetsResponseTopic().setTopicName(topicName);
        Result<Topic> topic = broker.topics().find(topicName, Operation.READ);
        if (!topic.isOk()) {
            return CompletableFuture.completedFuture(
                    answer.setErrorCode(topic.error().kafkaCode()).setErrorMessage(topic.message()));
        }
        List<CompletableFuture<ErrorCode>> deleted = new ArrayList<>();
        for (int index = 0; index < topic.get().partitionCount(); index++) {
            deleted.add(broker.deliveries().delete(new Place(topic.get().id(), index).of(groupId)));
        }
        return Gathering.of(deleted).thenApply(errors -> {
            ErrorCode error = summary(errors);
            answer.setTopicId(Ids.toKafka(topic.get().id())).setErrorCode(error.kafkaCode());
            return error == ErrorCode.NONE ? answer : answer.setErrorMessage(error.text());
        });
    }

    /** The group need not have been in every partition, but in one. */
    private static ErrorCode summary(List<ErrorCode> errors) {
        for (ErrorCode error : errors) {
            if (error != ErrorCode.NONE && error != ErrorCode.GROUP_ID_NOT_FOUND) {
                return error;
            }
        }
        return errors.contains(ErrorCode.NONE) ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }
}
