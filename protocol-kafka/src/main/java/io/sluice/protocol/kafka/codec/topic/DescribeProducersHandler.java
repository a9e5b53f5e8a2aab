package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import io.sluice.replication.ActiveProducer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;

/** DescribeProducers: the idempotent producers a partition remembers (KIP-664); none has a transaction. */
final class DescribeProducersHandler implements ColdHandler<DescribeProducersRequestData> {
    private static final int NO_COORDINATOR_EPOCH = -1;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_PRODUCERS;
    }

    @Override
    public DescribeProducersRequestData newRequest() {
        return new DescribeProducersRequestData();
    }

    @Override
    public CompletableFuture<DescribeProducersResponseData> handle(
            DescribeProducersRequestData request, ColdContext context) {
        List<CompletableFuture<TopicResponse>> topics = new ArrayList<>();
        for (TopicRequest wanted : request.topics()) {
            topics.add(describe(wanted, context));
        }
        return Gathering.of(topics).thenApply(all -> new DescribeProducersResponseData().setTopics(all));
    }

    private static CompletableFuture<TopicResponse> describe(TopicRequest wanted, ColdContext context) {
        Result<Topic> topic = find(wanted.name(), context.broker().topics());
        List<CompletableFuture<PartitionResponse>> partitions = new ArrayList<>();
        // Once each, however often it is named: an answer can be very much larger than the question.
        for (int index : new LinkedHashSet<>(wanted.partitionIndexes())) {
            partitions.add(describe(topic, index));
        }
        return Gathering.of(partitions)
                .thenApply(all -> new TopicResponse().setName(wanted.name()).setPartitions(all));
    }

    private static Result<Topic> find(String name, TopicService topics) {
        Optional<String> invalid = topics.whyInvalidName(name);
        return invalid.isPresent()
                ? Result.failed(ErrorCode.INVALID_TOPIC_EXCEPTION, invalid.get())
                : topics.find(name, Operation.READ);
    }

    private static CompletableFuture<PartitionResponse> describe(Result<Topic> topic, int index) {
        PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
        Result<Partition> partition = Partitions.find(topic, index);
        if (!partition.isOk()) {
            return CompletableFuture.completedFuture(failed(answer, partition.error(), partition.message()));
        }
        ErrorCode elsewhere = partition.get().checkLeader();
        if (elsewhere != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(failed(answer, elsewhere, elsewhere.text()));
        }
        return partition
                .get()
                .activeProducers()
                .thenApply(producers -> answer.setActiveProducers(
                        producers.stream().map(DescribeProducersHandler::encode).toList()));
    }

    private static ProducerState encode(ActiveProducer producer) {
        return new ProducerState()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.epoch())
                .setLastSequence(producer.lastSequence())
                .setLastTimestamp(producer.lastTimestampMs())
                .setCoordinatorEpoch(NO_COORDINATOR_EPOCH);
    }

    private static PartitionResponse failed(PartitionResponse answer, ErrorCode error, String message) {
        return answer.setErrorCode(error.kafkaCode()).setErrorMessage(message);
    }
}
