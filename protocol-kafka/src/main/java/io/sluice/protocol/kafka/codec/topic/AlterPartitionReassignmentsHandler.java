package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;

/** AlterPartitionReassignments: done at once where it changes nothing, else refused (KIP-455, KIP-860). */
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
        for (ReassignableTopic topic : request.topics()) {
            ReassignableTopicResponse results = new ReassignableTopicResponse().setName(topic.name());
            for (ReassignablePartition partition : topic.partitions()) {
                Result<List<Integer>> reassigned = context.broker()
                        .cluster()
                        .reassign(
                                topic.name(),
                                partition.partitionIndex(),
                                Optional.ofNullable(partition.replicas()),
                                request.allowReplicationFactorChange());
                if (reassigned.error() == ErrorCode.CLUSTER_AUTHORIZATION_FAILED) {
                    answer.setErrorCode(reassigned.error().kafkaCode()).setErrorMessage(reassigned.message());
                }
                results.partitions()
                        .add(new ReassignablePartitionResponse()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(reassigned.error().kafkaCode())
                                .setErrorMessage(reassigned.isOk() ? null : reassigned.message()));
            }
            answer.responses().add(results);
        }
        return CompletableFuture.completedFuture(answer);
    }
}
