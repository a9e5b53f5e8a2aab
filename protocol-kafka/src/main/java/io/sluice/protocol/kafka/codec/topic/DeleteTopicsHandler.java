package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Repeated;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;

/** DeleteTopics: by name, from version 6 on also by id (KIP-516); one that is named twice stays. */
final class DeleteTopicsHandler implements ColdHandler<DeleteTopicsRequestData> {
    private static final short STATES_FROM = 6;
    /** KIP-599. */
    private static final short QUOTA_ERROR_FROM = 5;

    @Override
    public KafkaApi api() {
        return KafkaApi.DELETE_TOPICS;
    }

    @Override
    public DeleteTopicsRequestData newRequest() {
        return new DeleteTopicsRequestData();
    }

    @Override
    public CompletableFuture<DeleteTopicsResponseData> handle(DeleteTopicsRequestData request, ColdContext context) {
        List<DeleteTopicState> named = named(request, context.version());
        Set<DeleteTopicState> repeated = Repeated.of(named);
        List<CompletableFuture<DeletableTopicResult>> results = new ArrayList<>();
        for (DeleteTopicState wanted : new LinkedHashSet<>(named)) {
            results.add(delete(wanted, repeated.contains(wanted), context));
        }
        return Gathering.of(results).thenApply(topics -> {
            DeleteTopicsResponseData answer = new DeleteTopicsResponseData();
            topics.forEach(answer.responses()::add);
            return answer;
        });
    }

    private static List<DeleteTopicState> named(DeleteTopicsRequestData request, short version) {
        if (version >= STATES_FROM) {
            return request.topics();
        }
        List<DeleteTopicState> wanted = new ArrayList<>();
        request.topicNames().forEach(name -> wanted.add(new DeleteTopicState().setName(name)));
        return wanted;
    }

    private static CompletableFuture<DeletableTopicResult> delete(
            DeleteTopicState wanted, boolean isRepeated, ColdContext context) {
        TopicService topics = context.broker().topics();
        DeletableTopicResult answer =
                new DeletableTopicResult().setName(wanted.name()).setTopicId(wanted.topicId());
        boolean isById = !wanted.topicId().equals(Uuid.ZERO_UUID);
        String name = wanted.name();
        if (isById == (name != null)) {
            return failed(
                    answer,
                    ErrorCode.INVALID_REQUEST,
                    isById
                            ? "You may not specify both topic name and topic id."
                            : "Neither topic name nor id were specified.");
        }
        if (isRepeated) {
            return failed(answer, ErrorCode.INVALID_REQUEST, isById ? "Duplicate topic id." : "Duplicate topic name.");
        }
        Result<Topic> topic = name != null
                ? topics.find(name, Operation.DELETE)
                : topics.find(Ids.fromKafka(wanted.topicId()), Operation.DELETE);
        if (!topic.isOk()) {
            return failed(answer, topic.error(), topic.message());
        }
        answer.setName(topic.get().name()).setTopicId(Ids.toKafka(topic.get().id()));
        return context.mutations()
                .changing(
                        topic.get().partitionCount(),
                        context.version() >= QUOTA_ERROR_FROM,
                        () -> topics.delete(topic.get().id()))
                .thenApply(result -> result.isOk()
                        ? answer
                        : answer.setErrorCode(result.error().kafkaCode()).setErrorMessage(result.message()));
    }

    private static CompletableFuture<DeletableTopicResult> failed(
            DeletableTopicResult answer, ErrorCode error, String message) {
        return CompletableFuture.completedFuture(
                answer.setErrorCode(error.kafkaCode()).setErrorMessage(message));
    }
}
