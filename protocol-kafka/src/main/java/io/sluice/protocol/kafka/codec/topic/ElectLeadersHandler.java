package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;

/**
 * ElectLeaders, preferred and unclean (KIP-183, KIP-460). Asked about all partitions, it lists only those whose leader
 * was not the right one, as Kafka does.
 */
final class ElectLeadersHandler implements ColdHandler<ElectLeadersRequestData> {
    private static final byte UNCLEAN = 1;
    /** Before, an answer has no place for an error but beside each partition. */
    private static final short ERROR_FROM = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.ELECT_LEADERS;
    }

    @Override
    public ElectLeadersRequestData newRequest() {
        return new ElectLeadersRequestData();
    }

    @Override
    public CompletableFuture<ElectLeadersResponseData> handle(ElectLeadersRequestData request, ColdContext context) {
        ElectLeadersResponseData answer = new ElectLeadersResponseData();
        if (request.electionType() < 0 || request.electionType() > UNCLEAN) {
            return CompletableFuture.completedFuture(answer.setErrorCode(ErrorCode.INVALID_REQUEST.kafkaCode()));
        }
        ClusterService cluster = context.broker().cluster();
        if (request.topicPartitions() == null) {
            for (Topic topic : context.broker().topics().all()) {
                List<Integer> all =
                        IntStream.range(0, topic.partitionCount()).boxed().toList();
                elect(topic.name(), all, true, cluster, answer);
            }
        } else {
            for (TopicPartitions topic : request.topicPartitions()) {
                elect(topic.topic(), topic.partitions(), false, cluster, answer);
            }
        }
        return CompletableFuture.completedFuture(
                context.version() >= ERROR_FROM ? answer : answer.setErrorCode(ErrorCode.NONE.kafkaCode()));
    }

    private static void elect(
            String topic,
            List<Integer> partitions,
            boolean onlyElections,
            ClusterService cluster,
            ElectLeadersResponseData answer) {
        List<PartitionResult> results = new ArrayList<>();
        for (int partition : partitions) {
            Result<Integer> elected = cluster.electLeader(topic, partition);
            if (elected.error() == ErrorCode.CLUSTER_AUTHORIZATION_FAILED) {
                answer.setErrorCode(elected.error().kafkaCode());
            }
            if (!onlyElections || elected.error() != ErrorCode.ELECTION_NOT_NEEDED) {
                results.add(new PartitionResult()
                        .setPartitionId(partition)
                        .setErrorCode(elected.error().kafkaCode())
                        .setErrorMessage(elected.isOk() ? null : elected.message()));
            }
        }
        answer.replicaElectionResults()
                .add(new ReplicaElectionResult().setTopic(topic).setPartitionResult(results));
    }
}
