package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;

/** DescribeTopicPartitions: topics in the order of their names, at most so many partitions an answer, then a cursor (KIP-966). */
final class DescribeTopicPartitionsHandler implements ColdHandler<DescribeTopicPartitionsRequestData> {
    private static final int PARTITIONS_MAX = 2_000;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public DescribeTopicPartitionsRequestData newRequest() {
        return new DescribeTopicPartitionsRequestData();
    }

    @Override
    public CompletableFuture<DescribeTopicPartitionsResponseData> handle(
            DescribeTopicPartitionsRequestData request, ColdContext context) {
        TopicService topics = context.broker().topics();
        TreeSet<String> names = new TreeSet<>();
        request.topics().stream().map(TopicRequest::name).forEach(names::add);
        if (names.isEmpty()) {
            topics.all().forEach(topic -> names.add(topic.name()));
        }
        String fromTopic = "";
        int fromPartition = 0;
        if (request.cursor() != null) {
            fromTopic = request.cursor().topicName();
            fromPartition = Math.max(0, request.cursor().partitionIndex());
        }
        DescribeTopicPartitionsResponseData answer = new DescribeTopicPartitionsResponseData();
        int left = Math.clamp(request.responsePartitionLimit(), 1, PARTITIONS_MAX);
        for (String name : names.tailSet(fromTopic)) {
            int first = name.equals(fromTopic) ? fromPartition : 0;
            left = add(name, first, left, answer, context);
            if (answer.nextCursor() != null) {
                break;
            }
        }
        return CompletableFuture.completedFuture(answer);
    }

    /** Adds the topic's partitions from the first on; answers how many more the answer may have. */
    private static int add(
            String name, int first, int left, DescribeTopicPartitionsResponseData answer, ColdContext context) {
        Result<Topic> found = context.broker().topics().find(name, Operation.DESCRIBE);
        DescribeTopicPartitionsResponseTopic encoded = new DescribeTopicPartitionsResponseTopic().setName(name);
        if (!found.isOk()) {
            boolean isInvalid = found.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    && context.broker().topics().whyInvalidName(name).isPresent();
            ErrorCode error = isInvalid ? ErrorCode.INVALID_TOPIC_EXCEPTION : found.error();
            answer.topics().add(encoded.setErrorCode(error.kafkaCode()));
            return left;
        }
        Topic topic = found.get();
        if (left == 0) {
            answer.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(first));
            return 0;
        }
        int end = (int) Math.min(topic.partitionCount(), (long) first + left);
        for (int index = first; index < end; index++) {
            encoded.partitions().add(encode(index, context.broker().cluster().placement(topic, index)));
        }
        encoded.setTopicAuthorizedOperations(context.broker().access().operationBits(ResourceType.TOPIC, name));
        answer.topics().add(encoded.setTopicId(Ids.toKafka(topic.id())));
        if (end < topic.partitionCount()) {
            answer.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(end));
        }
        return left - Math.max(0, end - first);
    }

    private static DescribeTopicPartitionsResponsePartition encode(int index, PartitionPlacement placed) {
        ErrorCode error =
                placed.leaderId() == PartitionPlacement.NOBODY ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE;
        return new DescribeTopicPartitionsResponsePartition()
                .setErrorCode(error.kafkaCode())
                .setPartitionIndex(index)
                .setLeaderId(placed.leaderId())
                .setLeaderEpoch(placed.leaderEpoch())
                .setReplicaNodes(placed.replicas())
                .setIsrNodes(placed.inSync())
                .setOfflineReplicas(placed.offline())
                .setEligibleLeaderReplicas(List.of())
                .setLastKnownElr(List.of());
    }
}
