package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;

/** ListPartitionReassignments (KIP-455): on one node nothing moves. */
final class ListPartitionReassignmentsHandler implements ColdHandler<ListPartitionReassignmentsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.LIST_PARTITION_REASSIGNMENTS;
    }

    @Override
    public ListPartitionReassignmentsRequestData newRequest() {
        return new ListPartitionReassignmentsRequestData();
    }

    @Override
    public CompletableFuture<ListPartitionReassignmentsResponseData> handle(
            ListPartitionReassignmentsRequestData request, ColdContext context) {
        Result<List<TopicPartition>> moving = context.broker().cluster().reassignments();
        return CompletableFuture.completedFuture(new ListPartitionReassignmentsResponseData()
                .setErrorCode(moving.error().kafkaCode())
                .setErrorMessage(moving.isOk() ? null : moving.message()));
    }
}
