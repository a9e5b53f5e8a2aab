package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;

/** DeleteRecords: everything below an offset, −1 for all there is now (KIP-107). */
final class DeleteRecordsHandler implements ColdHandler<DeleteRecordsRequestData> {
    private static final long NO_LOW_WATERMARK = -1;

    @Override
    public KafkaApi api() {
        return KafkaApi.DELETE_RECORDS;
    }

    @Override
    public DeleteRecordsRequestData newRequest() {
        return new DeleteRecordsRequestData();
    }

    @Override
    public CompletableFuture<DeleteRecordsResponseData> handle(DeleteRecordsRequestData request, ColdContext context) {
        List<CompletableFuture<DeleteRecordsTopicResult>> results = new ArrayList<>();
        for (DeleteRecordsTopic topic : request.topics()) {
            results.add(delete(topic, context));
        }
        return Gathering.of(results).thenApply(topics -> {
            DeleteRecordsResponseData answer = new DeleteRecordsResponseData();
            topics.forEach(answer.topics()::add);
            return answer;
        });
    }

    private static CompletableFuture<DeleteRecordsTopicResult> delete(DeleteRecordsTopic wanted, ColdContext context) {
        Result<Topic> topic = context.broker().topics().find(wanted.name(), Operation.DELETE);
        List<CompletableFuture<DeleteRecordsPartitionResult>> results = new ArrayList<>();
        for (DeleteRecordsPartition partition : wanted.partitions()) {
            results.add(delete(topic, partition)
                    .thenApply(deleted -> new DeleteRecordsPartitionResult()
                            .setPartitionIndex(partition.partitionIndex())
                            .setLowWatermark(deleted.isOk() ? deleted.get() : NO_LOW_WATERMARK)
                            .setErrorCode(deleted.error().kafkaCode())));
        }
        return Gathering.of(results).thenApply(partitions -> {
            DeleteRecordsTopicResult answer = new DeleteRecordsTopicResult().setName(wanted.name());
            partitions.forEach(answer.partitions()::add);
            return answer;
        });
    }

    private static CompletableFuture<Result<Long>> delete(Result<Topic> topic, DeleteRecordsPartition wanted) {
        Result<Partition> partition = Partitions.find(topic, wanted.partitionIndex());
        return partition.isOk()
                ? partition.get().deleteRecords(wanted.offset())
                : CompletableFuture.completedFuture(Result.failed(partition.error()));
    }
}
