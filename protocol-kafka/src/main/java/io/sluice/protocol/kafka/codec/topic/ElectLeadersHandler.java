package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
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
        boolean all = request.topicPartitions() == null;
        boolean anyWillDo = request.electionType() == UNCLEAN;
        List<CompletableFuture<ReplicaElectionResult>> results = new ArrayList<>();
        if (all) {
            for (Topic topic : context.broker().topics().all()) {
                List<Integer> partitions =
                        IntStream.range(0, topic.partitionCount()).boxed().toList();
                results.add(elect(topic.name(), partitions, anyWillDo, context));
            }
        } else {
            for (TopicPartitions topic : request.topicPartitions()) {
                results.add(elect(topic.topic(), topic.partitions(), anyWillDo, context));
            }
        }
        return Gathering.of(results).thenApply(elected -> answer(elected, all, answer, context));
    }

    private static ElectLeadersResponseData answer(
            List<ReplicaElectionResult> results,
            boolean onlyElections,
            ElectLeadersResponseData answer,
            ColdContext context) {
        short forbidden = ErrorCode.CLUSTER_AUTHORIZATION_FAILED.kafkaCode();
        for (ReplicaElectionResult topic : results) {
            if (topic.partitionResult().stream().anyMatch(each -> each.errorCode() == forbidden)) {
                answer.setErrorCode(forbidden);
            }
            if (onlyElections) {
                topic.partitionResult().removeIf(each -> each.errorCode() == ErrorCode.ELECTION_NOT_NEEDED.kafkaCode());
            }
            answer.replicaElectionResults().add(topic);
        }
        return context.version() >= ERROR_FROM ? answer : answer.setErrorCode(ErrorCode.NONE.kafkaCode());
    }

    private static CompletableFuture<ReplicaElectionResult> elect(
            String topic, List<Integer> partitions, boolean anyWillDo, ColdContext context) {
        List<CompletableFuture<PartitionResult>> results = new ArrayList<>();
        for (int partition : partitions) {
            results.add(context.broker()
                    .cluster()
                    .electLeader(topic, partition, anyWillDo)
                    .thenApply(elected -> new PartitionResult()
                            .setPartitionId(partition)
                            .setErrorCode(elected.error().kafkaCode())
                            .setErrorMessage(elected.isOk() ? null : elected.message())));
        }
        return Gathering.of(results)
                .thenApply(elected ->
                        new ReplicaElectionResult().setTopic(topic).setPartitionResult(new ArrayList<>(elected)));
    }
}
