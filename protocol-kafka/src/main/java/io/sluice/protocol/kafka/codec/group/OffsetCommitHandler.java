package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;

/** OffsetCommit: partitions that do not exist fail alone, the rest is committed. Topics by id from version 10 on. */
final class OffsetCommitHandler implements ColdHandler<OffsetCommitRequestData> {
    private static final short MEMBER_EPOCH_FROM = 9;
    private static final short BY_ID_FROM = 10;

    @Override
    public KafkaApi api() {
        return KafkaApi.OFFSET_COMMIT;
    }

    @Override
    public OffsetCommitRequestData newRequest() {
        return new OffsetCommitRequestData();
    }

    @Override
    public CompletableFuture<OffsetCommitResponseData> handle(OffsetCommitRequestData request, ColdContext context) {
        TopicService topics = context.broker().topics();
        ErrorCode denied = context.broker().access().check(Operation.READ, ResourceType.GROUP, request.groupId());
        boolean isById = context.version() >= BY_ID_FROM;
        Map<TopicPartition, CommittedOffset> offsets = new LinkedHashMap<>();
        Map<TopicPartition, OffsetCommitResponsePartition> places = new LinkedHashMap<>();
        List<OffsetCommitResponseTopic> answered = new ArrayList<>();
        for (OffsetCommitRequestTopic wanted : request.topics()) {
            Result<Topic> topic = find(wanted, topics, denied, isById);
            OffsetCommitResponseTopic answer =
                    new OffsetCommitResponseTopic().setName(wanted.name()).setTopicId(wanted.topicId());
            answered.add(answer);
            for (OffsetCommitRequestPartition partition : wanted.partitions()) {
                ErrorCode error =
                        Partitions.find(topic, partition.partitionIndex()).error();
                OffsetCommitResponsePartition place = new OffsetCommitResponsePartition()
                        .setPartitionIndex(partition.partitionIndex())
                        .setErrorCode(error.kafkaCode());
                answer.partitions().add(place);
                if (error == ErrorCode.NONE) {
                    TopicPartition key = new TopicPartition(topic.get().name(), partition.partitionIndex());
                    offsets.put(key, committed(partition));
                    places.put(key, place);
                }
            }
        }
        OffsetCommitResponseData answer = new OffsetCommitResponseData().setTopics(answered);
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(answer);
        }
        return context.broker().groups().commit(member(request), offsets).thenApply(errors -> {
            places.forEach((key, place) ->
                    place.setErrorCode(forVersion(errors.getOrDefault(key, ErrorCode.NONE), context.version())
                            .kafkaCode()));
            return answer;
        });
    }

    /** Members of the consumer protocol commit with version 9 or later (KIP-848). */
    private static ErrorCode forVersion(ErrorCode error, short version) {
        return error == ErrorCode.STALE_MEMBER_EPOCH && version < MEMBER_EPOCH_FROM
                ? ErrorCode.UNSUPPORTED_VERSION
                : error;
    }

    private static Result<Topic> find(
            OffsetCommitRequestTopic wanted, TopicService topics, ErrorCode denied, boolean isById) {
        if (denied != ErrorCode.NONE) {
            return Result.failed(denied);
        }
        return isById
                ? topics.find(Ids.fromKafka(wanted.topicId()), Operation.READ)
                : topics.find(wanted.name(), Operation.READ);
    }

    private static CommittedOffset committed(OffsetCommitRequestPartition partition) {
        String metadata = partition.committedMetadata() == null ? "" : partition.committedMetadata();
        return new CommittedOffset(partition.committedOffset(), partition.committedLeaderEpoch(), metadata);
    }

    private static MemberRef member(OffsetCommitRequestData request) {
        return new MemberRef(
                request.groupId(),
                request.generationIdOrMemberEpoch(),
                request.memberId(),
                Optional.ofNullable(request.groupInstanceId()));
    }
}
