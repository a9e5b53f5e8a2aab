package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.broker.api.ClusterService.Quorum;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;

/**
 * DescribeQuorum (KIP-595): who decides about the metadata. Clients ask about the partition in which Kafka keeps it; any
 * other is unknown.
 */
final class DescribeQuorumHandler implements ColdHandler<DescribeQuorumRequestData> {
    private static final String METADATA_TOPIC = "__cluster_metadata";
    private static final short NODES_FROM = 2;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_QUORUM;
    }

    @Override
    public DescribeQuorumRequestData newRequest() {
        return new DescribeQuorumRequestData();
    }

    @Override
    public CompletableFuture<DescribeQuorumResponseData> handle(
            DescribeQuorumRequestData request, ColdContext context) {
        return context.broker().cluster().quorum().thenApply(quorum -> answer(request, quorum, context));
    }

    private static DescribeQuorumResponseData answer(
            DescribeQuorumRequestData request, Result<Quorum> quorum, ColdContext context) {
        DescribeQuorumResponseData answer = new DescribeQuorumResponseData();
        if (!quorum.isOk()) {
            answer.setErrorCode(quorum.error().kafkaCode()).setErrorMessage(quorum.message());
            return answer;
        }
        for (DescribeQuorumRequestData.TopicData topic : request.topics()) {
            TopicData described = new TopicData().setTopicName(topic.topicName());
            for (DescribeQuorumRequestData.PartitionData partition : topic.partitions()) {
                boolean isMetadata = topic.topicName().equals(METADATA_TOPIC) && partition.partitionIndex() == 0;
                described.partitions().add(isMetadata ? describe(quorum.get()) : unknown(partition.partitionIndex()));
            }
            answer.topics().add(described);
        }
        if (context.version() >= NODES_FROM) {
            quorum.get().voters().forEach(voter -> answer.nodes().add(new Node().setNodeId(voter.nodeId())));
        }
        return answer;
    }

    private static PartitionData describe(Quorum quorum) {
        List<ReplicaState> voters = quorum.voters().stream()
                .map(voter -> new ReplicaState().setReplicaId(voter.nodeId()).setLogEndOffset(voter.logEndOffset()))
                .toList();
        return new PartitionData()
                .setPartitionIndex(0)
                .setErrorMessage(null)
                .setLeaderId(quorum.leaderId())
                .setLeaderEpoch(quorum.leaderEpoch())
                .setHighWatermark(quorum.highWatermark())
                .setCurrentVoters(voters);
    }

    private static PartitionData unknown(int index) {
        return new PartitionData()
                .setPartitionIndex(index)
                .setErrorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.kafkaCode())
                .setErrorMessage(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.text());
    }
}
