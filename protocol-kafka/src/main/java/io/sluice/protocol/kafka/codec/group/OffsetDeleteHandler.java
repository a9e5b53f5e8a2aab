package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;

/** OffsetDelete (KIP-496): partitions that do not exist fail alone. */
final class OffsetDeleteHandler implements ColdHandler<OffsetDeleteRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.OFFSET_DELETE;
    }

    @Override
    public OffsetDeleteRequestData newRequest() {
        return new OffsetDeleteRequestData();
    }

    @Override
    public CompletableFuture<OffsetDeleteResponseData> handle(OffsetDeleteRequestData request, ColdContext context) {
        TopicService topics = context.broker().topics();
        Map<TopicPartition, ErrorCode> failed = new HashMap<>();
        List<TopicPartition> wanted = new ArrayList<>();
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            Result<Topic> found = topics.find(topic.name(), Operation.READ);
            topic.partitions().forEach(partition -> {
                TopicPartition key = new TopicPartition(topic.name(), partition.partitionIndex());
                ErrorCode error =
                        Partitions.find(found, partition.partitionIndex()).error();
                if (error == ErrorCode.NONE) {
                    wanted.add(key);
                } else {
                    failed.put(key, error);
                }
            });
        }
        return context.broker()
                .groups()
                .deleteOffsets(request.groupId(), wanted)
                .thenApply(result -> encode(request, result, failed));
    }

    private static OffsetDeleteResponseData encode(
            OffsetDeleteRequestData request,
            Result<Map<TopicPartition, ErrorCode>> result,
            Map<TopicPartition, ErrorCode> failed) {
        OffsetDeleteResponseData answer = new OffsetDeleteResponseData();
        if (!result.isOk()) {
            return answer.setErrorCode(result.error().kafkaCode());
        }
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            OffsetDeleteResponseTopic answered = new OffsetDeleteResponseTopic().setName(topic.name());
            topic.partitions().forEach(partition -> {
                TopicPartition key = new TopicPartition(topic.name(), partition.partitionIndex());
                ErrorCode error = failed.getOrDefault(key, result.get().getOrDefault(key, ErrorCode.NONE));
                answered.partitions()
                        .add(new OffsetDeleteResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.kafkaCode()));
            });
            answer.topics().add(answered);
        }
        return answer;
    }
}
