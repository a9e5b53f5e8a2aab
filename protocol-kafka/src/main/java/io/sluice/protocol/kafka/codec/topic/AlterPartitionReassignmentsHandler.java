package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;

/** AlterPartitionReassignments: moves partitions to the shards that the wanted nodes keep (KIP-455, KIP-860). */
final class AlterPartitionReassignmentsHandler implements ColdHandler<AlterPartitionReassignmentsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.ALTER_PARTITION_REASSIGNMENTS;
    }

    @Override
    public AlterPartitionReassignmentsRequestData newRequest() {
        return new AlterPartitionReassignmentsRequestData();
    }

    @Override
    public CompletableFuture<AlterPartitionReassignmentsResponseData> handle(
            AlterPartitionReassignmentsRequestData request, ColdContext context) {
        AlterPartitionReassignmentsResponseData answer = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(request.allowReplicationFactorChange())
                .setErrorMessage(null);
        List<CompletableFuture<Void>> under = new ArrayList<>();
        for (ReassignableTopic topic : request.topics()) {
            ReassignableTopicResponse results = new ReassignableTopicResponse().setName(topic.name());
            for (ReassignablePartition partition : topic.partitions()) {
                ReassignablePartitionResponse result =
                        new ReassignablePartitionResponse().setPartitionIndex(partition.partitionIndex());
                results.partitions().add(result);
                under.add(context.broker()
                        .cluster()
                        .reassign(
                                topic.name(),
                                partition.partitionIndex(),
                                Optional.ofNullable(partition.replicas()),
                                request.allowReplicationFactorChange())
                        .thenAccept(reassigned -> put(reassigned, result, answer)));
            }
            answer.responses().add(results);
        }
        return CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)).thenApply(all -> answer);
    }

    private static void put(
            Result<List<Integer>> reassigned,
            ReassignablePartitionResponse result,
            AlterPartitionReassignmentsResponseData answer) {
        if (reassigned.error() == ErrorCode.CLUSTER_AUTHORIZATION_FAILED) {
            answer.setErrorCode(reassigned.error().kafkaCode()).setErrorMessage(reassigned.message());
        }
        result.setErrorCode(reassigned.error().kafkaCode())
                .setErrorMessage(reassigned.isOk() ? null : reassigned.message());
    }
}
