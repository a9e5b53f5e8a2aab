package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ClusterService.Reassignment;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingPartitionReassignment;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingTopicReassignment;

/** ListPartitionReassignments (KIP-455): partitions move with their shards, by the cluster's own plan, or to other shards. */
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
        Result<List<Reassignment>> moving = context.broker().cluster().reassignments();
        ListPartitionReassignmentsResponseData answer = new ListPartitionReassignmentsResponseData()
                .setErrorCode(moving.error().kafkaCode())
                .setErrorMessage(moving.isOk() ? null : moving.message());
        if (moving.isOk()) {
            add(wanted(request, moving.get()), answer);
        }
        return CompletableFuture.completedFuture(answer);
    }

    /** Null asks for all. */
    private static List<Reassignment> wanted(ListPartitionReassignmentsRequestData request, List<Reassignment> moving) {
        if (request.topics() == null) {
            return moving;
        }
        Map<String, Set<Integer>> named = request.topics().stream()
                .collect(Collectors.toMap(
                        ListPartitionReassignmentsTopics::name,
                        topic -> Set.copyOf(topic.partitionIndexes()),
                        (one, other) -> one));
        return moving.stream()
                .filter(each -> named.getOrDefault(each.partition().topic(), Set.of())
                        .contains(each.partition().partition()))
                .toList();
    }

    private static void add(List<Reassignment> moving, ListPartitionReassignmentsResponseData answer) {
        Map<String, OngoingTopicReassignment> topics = new TreeMap<>();
        for (Reassignment each : moving) {
            topics.computeIfAbsent(each.partition().topic(), name -> new OngoingTopicReassignment().setName(name))
                    .partitions()
                    .add(new OngoingPartitionReassignment()
                            .setPartitionIndex(each.partition().partition())
                            .setReplicas(each.replicas())
                            .setAddingReplicas(each.adding())
                            .setRemovingReplicas(each.removing()));
        }
        answer.topics().addAll(topics.values());
    }
}
