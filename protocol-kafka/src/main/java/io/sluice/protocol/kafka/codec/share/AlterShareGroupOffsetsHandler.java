package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestPartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData.AlterShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponseTopic;

/** AlterShareGroupOffsets (KIP-932): where an empty group goes on. */
final class AlterShareGroupOffsetsHandler implements ColdHandler<AlterShareGroupOffsetsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.ALTER_SHARE_GROUP_OFFSETS;
    }

    @Override
    public AlterShareGroupOffsetsRequestData newRequest() {
        return new AlterShareGroupOffsetsRequestData();
    }

    @Override
    public CompletableFuture<AlterShareGroupOffsetsResponseData> handle(
            AlterShareGroupOffsetsRequestData request, ColdContext context) {
        Broker broker = context.broker();
        ErrorCode denied = broker.access().check(Operation.READ, ResourceType.GROUP, request.groupId());
        if (denied != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(refused(denied));
        }
        return GroupOffsets.whyNotChanged(broker, request.groupId())
                .thenCompose(error -> error == ErrorCode.NONE
                        ? alter(request, broker)
                        : CompletableFuture.completedFuture(refused(error)));
    }

    private static AlterShareGroupOffsetsResponseData refused(ErrorCode error) {
        return new AlterShareGroupOffsetsResponseData()
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(error.text());
    }

    private static CompletableFuture<AlterShareGroupOffsetsResponseData> alter(
            AlterShareGroupOffsetsRequestData request, Broker broker) {
        List<CompletableFuture<AlterShareGroupOffsetsResponseTopic>> topics = new ArrayList<>();
        for (AlterShareGroupOffsetsRequestTopic named : request.topics()) {
            Result<Topic> topic = broker.topics().find(named.topicName(), Operation.READ);
            AlterShareGroupOffsetsResponseTopic answer =
                    new AlterShareGroupOffsetsResponseTopic().setTopicName(named.topicName());
            if (topic.isOk()) {
                answer.setTopicId(Ids.toKafka(topic.get().id()));
            }
            List<CompletableFuture<AlterShareGroupOffsetsResponsePartition>> partitions = new ArrayList<>();
            for (AlterShareGroupOffsetsRequestPartition partition : named.partitions()) {
                partitions.add(alter(request.groupId(), topic, partition, broker));
            }
            topics.add(Gathering.of(partitions).thenApply(answer::setPartitions));
        }
        return Gathering.of(topics).thenApply(all -> {
            AlterShareGroupOffsetsResponseData answer = new AlterShareGroupOffsetsResponseData();
            all.forEach(answer.responses()::add);
            return answer;
        });
    }

    private static CompletableFuture<AlterShareGroupOffsetsResponsePartition> alter(
            String groupId, Result<Topic> topic, AlterShareGroupOffsetsRequestPartition wanted, Broker broker) {
        int index = wanted.partitionIndex();
        Result<Partition> partition = Partitions.find(topic, index);
        if (!partition.isOk() || wanted.startOffset() < 0) {
            ErrorCode error = partition.isOk() ? ErrorCode.INVALID_REQUEST : partition.error();
            return CompletableFuture.completedFuture(encode(index, error));
        }
        return broker.deliveries()
                .reset(new Place(topic.get().id(), index).of(groupId), new DeliveryStart.Offset(wanted.startOffset()))
                .thenApply(result -> encode(index, result.error()));
    }

    private static AlterShareGroupOffsetsResponsePartition encode(int index, ErrorCode error) {
        AlterShareGroupOffsetsResponsePartition answer = new AlterShareGroupOffsetsResponsePartition()
                .setPartitionIndex(index)
                .setErrorCode(error.kafkaCode());
        return error == ErrorCode.NONE ? answer : answer.setErrorMessage(error.text());
    }
}
