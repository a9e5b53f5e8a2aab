package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseTopic;

/** DescribeShareGroupOffsets (KIP-932), from version 1 on with the lag (KIP-1226). */
final class DescribeShareGroupOffsetsHandler implements ColdHandler<DescribeShareGroupOffsetsRequestData> {
    private static final long NO_OFFSET = -1;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_SHARE_GROUP_OFFSETS;
    }

    @Override
    public DescribeShareGroupOffsetsRequestData newRequest() {
        return new DescribeShareGroupOffsetsRequestData();
    }

    @Override
    public CompletableFuture<DescribeShareGroupOffsetsResponseData> handle(
            DescribeShareGroupOffsetsRequestData request, ColdContext context) {
        List<CompletableFuture<DescribeShareGroupOffsetsResponseGroup>> groups = new ArrayList<>();
        for (DescribeShareGroupOffsetsRequestGroup group : request.groups()) {
            groups.add(describe(group, context.broker()));
        }
        return Gathering.of(groups).thenApply(all -> new DescribeShareGroupOffsetsResponseData().setGroups(all));
    }

    private static CompletableFuture<DescribeShareGroupOffsetsResponseGroup> describe(
            DescribeShareGroupOffsetsRequestGroup group, Broker broker) {
        DescribeShareGroupOffsetsResponseGroup answer =
                new DescribeShareGroupOffsetsResponseGroup().setGroupId(group.groupId());
        return GroupOffsets.whyNone(broker, group.groupId()).thenCompose(error -> {
            if (error != ErrorCode.NONE) {
                return CompletableFuture.completedFuture(
                        answer.setErrorCode(error.kafkaCode()).setErrorMessage(error.text()));
            }
            return (group.topics() == null ? all(group.groupId(), broker) : allNamed(group, broker))
                    .thenApply(answer::setTopics);
        });
    }

    private static CompletableFuture<List<DescribeShareGroupOffsetsResponseTopic>> all(String groupId, Broker broker) {
        return broker.deliveries()
                .list(Optional.of(DeliveryKind.SHARE), Optional.of(groupId))
                .thenApply(found -> {
                    TreeMap<String, DescribeShareGroupOffsetsResponseTopic> topics = new TreeMap<>();
                    found.stream()
                            .sorted(Comparator.comparingInt(each -> each.group().partition()))
                            .forEach(each -> broker.topics()
                                    .find(each.group().topicId())
                                    .ifPresent(topic -> topics.computeIfAbsent(
                                                    topic.name(),
                                                    name -> named(name).setTopicId(Ids.toKafka(topic.id())))
                                            .partitions()
                                            .add(encode(each, leaderEpoch(topic, each)))));
                    return new ArrayList<>(topics.values());
                });
    }

    private static DescribeShareGroupOffsetsResponseTopic named(String name) {
        return new DescribeShareGroupOffsetsResponseTopic().setTopicName(name);
    }

    private static int leaderEpoch(Topic topic, Description description) {
        int partition = description.group().partition();
        return partition < topic.partitionCount() ? topic.partition(partition).leaderEpoch() : 0;
    }

    private static CompletableFuture<List<DescribeShareGroupOffsetsResponseTopic>> allNamed(
            DescribeShareGroupOffsetsRequestGroup group, Broker broker) {
        List<CompletableFuture<DescribeShareGroupOffsetsResponseTopic>> topics = new ArrayList<>();
        for (DescribeShareGroupOffsetsRequestTopic named : group.topics()) {
            Result<Topic> topic = broker.topics().find(named.topicName(), Operation.DESCRIBE);
            DescribeShareGroupOffsetsResponseTopic answer = named(named.topicName());
            if (topic.isOk()) {
                answer.setTopicId(Ids.toKafka(topic.get().id()));
            }
            List<CompletableFuture<DescribeShareGroupOffsetsResponsePartition>> partitions = new ArrayList<>();
            for (int partition : named.partitions()) {
                partitions.add(describe(group.groupId(), topic, partition, broker));
            }
            topics.add(Gathering.of(partitions).thenApply(answer::setPartitions));
        }
        return Gathering.of(topics);
    }

    private static CompletableFuture<DescribeShareGroupOffsetsResponsePartition> describe(
            String groupId, Result<Topic> topic, int index, Broker broker) {
        Result<Partition> partition = Partitions.find(topic, index);
        if (!partition.isOk()) {
            return CompletableFuture.completedFuture(failed(index, partition.error()));
        }
        int leaderEpoch = partition.get().leaderEpoch();
        return broker.deliveries()
                .describe(new Place(topic.get().id(), index).of(groupId))
                .thenApply(found -> {
                    if (found.isOk()) {
                        return encode(found.get(), leaderEpoch);
                    }
                    // As in Kafka, a partition in which the group has not been has no offset, which is no error.
                    return found.error() == ErrorCode.GROUP_ID_NOT_FOUND
                            ? new DescribeShareGroupOffsetsResponsePartition()
                                    .setPartitionIndex(index)
                                    .setStartOffset(NO_OFFSET)
                            : failed(index, found.error());
                });
    }

    private static DescribeShareGroupOffsetsResponsePartition encode(Description description, int leaderEpoch) {
        return new DescribeShareGroupOffsetsResponsePartition()
                .setPartitionIndex(description.group().partition())
                .setStartOffset(description.firstOpenOffset())
                .setLeaderEpoch(leaderEpoch)
                .setLag(description.lag());
    }

    private static DescribeShareGroupOffsetsResponsePartition failed(int index, ErrorCode error) {
        return new DescribeShareGroupOffsetsResponsePartition()
                .setPartitionIndex(index)
                .setStartOffset(NO_OFFSET)
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(error.text());
    }
}
