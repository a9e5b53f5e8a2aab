package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import io.sluice.replication.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;

/** OffsetForLeaderEpoch: where an epoch ended, so that a client sees whether what it read still stands (KIP-320). */
final class OffsetForLeaderEpochHandler implements ColdHandler<OffsetForLeaderEpochRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public OffsetForLeaderEpochRequestData newRequest() {
        return new OffsetForLeaderEpochRequestData();
    }

    @Override
    public CompletableFuture<OffsetForLeaderEpochResponseData> handle(
            OffsetForLeaderEpochRequestData request, ColdContext context) {
        OffsetForLeaderEpochResponseData answer = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic wanted : request.topics()) {
            Result<Topic> topic = context.broker().topics().find(wanted.topic(), Operation.DESCRIBE);
            List<EpochEndOffset> ends = new ArrayList<>();
            for (OffsetForLeaderPartition partition : wanted.partitions()) {
                ends.add(end(topic, partition));
            }
            answer.topics()
                    .add(new OffsetForLeaderTopicResult()
                            .setTopic(wanted.topic())
                            .setPartitions(ends));
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static EpochEndOffset end(Result<Topic> topic, OffsetForLeaderPartition wanted) {
        EpochEndOffset answer = new EpochEndOffset().setPartition(wanted.partition());
        Result<Partition> partition = Partitions.find(topic, wanted.partition());
        if (!partition.isOk()) {
            return answer.setErrorCode(partition.error().kafkaCode());
        }
        Result<EpochEnd> end = partition.get().endOfEpoch(wanted.leaderEpoch(), wanted.currentLeaderEpoch());
        return end.isOk()
                ? answer.setLeaderEpoch(end.get().leaderEpoch())
                        .setEndOffset(end.get().endOffset())
                : answer.setErrorCode(end.error().kafkaCode());
    }
}
