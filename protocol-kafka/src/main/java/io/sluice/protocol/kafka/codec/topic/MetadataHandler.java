package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Authorized;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.jspecify.annotations.Nullable;

/**
 * Metadata. A topic that is missing is created only if the request and the broker's auto.create.topics.enable both
 * allow it, and then the answer waits for it, so that clients need no second round.
 */
final class MetadataHandler implements ColdHandler<MetadataRequestData> {
    private static final short BY_ID_FROM = 12;
    private static final short NULL_MEANS_ALL_FROM = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.METADATA;
    }

    @Override
    public MetadataRequestData newRequest() {
        return new MetadataRequestData();
    }

    @Override
    public CompletableFuture<MetadataResponseData> handle(MetadataRequestData request, ColdContext context) {
        Broker broker = context.broker();
        MetadataResponseData answer = new MetadataResponseData()
                .setClusterId(broker.clusterId())
                .setControllerId(broker.cluster().controllerId());
        Nodes.all(context)
                .forEach(node -> answer.brokers()
                        .add(new MetadataResponseBroker()
                                .setNodeId(node.id())
                                .setHost(node.host())
                                .setPort(node.port())
                                .setRack(node.rack().orElse(null))));
        List<MetadataRequestTopic> wanted = request.topics();
        if (request.includeClusterAuthorizedOperations()) {
            answer.setClusterAuthorizedOperations(Authorized.clusterBits(broker.access()));
        }
        boolean isAll = wanted == null || (wanted.isEmpty() && context.version() < NULL_MEANS_ALL_FROM);
        if (isAll) {
            broker.topics().all().forEach(topic -> answer.topics().add(found(topic, broker)));
            return CompletableFuture.completedFuture(withOperations(request, answer, broker));
        }
        return describe(wanted, request.allowAutoTopicCreation(), context, answer)
                .thenApply(done -> withOperations(request, done, broker));
    }

    private static MetadataResponseData withOperations(
            MetadataRequestData request, MetadataResponseData answer, Broker broker) {
        if (request.includeTopicAuthorizedOperations()) {
            for (MetadataResponseTopic topic : answer.topics()) {
                if (topic.errorCode() == ErrorCode.NONE.kafkaCode()) {
                    topic.setTopicAuthorizedOperations(broker.access().operationBits(ResourceType.TOPIC, topic.name()));
                }
            }
        }
        return answer;
    }

    private static CompletableFuture<MetadataResponseData> describe(
            List<MetadataRequestTopic> wanted, boolean mayCreate, ColdContext context, MetadataResponseData answer) {
        Map<String, CompletableFuture<Result<Topic>>> creations = new LinkedHashMap<>();
        Set<Uuid> ids = new HashSet<>();
        for (MetadataRequestTopic topic : wanted) {
            String name = topic.name();
            if (name == null || !topic.topicId().equals(Uuid.ZERO_UUID)) {
                // Once each, as by name: an answer can be very much larger than the question.
                if (ids.add(topic.topicId())) {
                    answer.topics().add(byId(topic, context));
                }
            } else {
                byName(name, mayCreate, context, answer, creations);
            }
        }
        CompletableFuture<?>[] pending = creations.values().toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(pending).thenApply(done -> {
            creations.forEach((name, result) -> answer.topics().add(created(name, result.resultNow(), context)));
            return answer;
        });
    }

    private static void byName(
            String name,
            boolean mayCreate,
            ColdContext context,
            MetadataResponseData answer,
            Map<String, CompletableFuture<Result<Topic>>> creations) {
        Broker broker = context.broker();
        if (answer.topics().find(name) != null || creations.containsKey(name)) {
            return;
        }
        Result<Topic> topic = broker.topics().find(name, Operation.DESCRIBE);
        if (topic.isOk()) {
            answer.topics().add(found(topic.get(), broker));
        } else if (topic.error() == ErrorCode.TOPIC_AUTHORIZATION_FAILED) {
            answer.topics().add(missing(name, Uuid.ZERO_UUID, topic.error()));
        } else if (broker.topics().whyInvalidName(name).isPresent()) {
            answer.topics().add(missing(name, Uuid.ZERO_UUID, ErrorCode.INVALID_TOPIC_EXCEPTION));
        } else if (mayCreate) {
            creations.put(
                    name,
                    context.mutations()
                            .changing(
                                    CreateTopicsHandler.resolved(-1, context),
                                    false,
                                    () -> broker.topics().findOrAutoCreate(name)));
        } else {
            answer.topics().add(missing(name, Uuid.ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        }
    }

    private static MetadataResponseTopic byId(MetadataRequestTopic wanted, ColdContext context) {
        if (context.version() < BY_ID_FROM) {
            String name = wanted.name() == null ? "" : wanted.name();
            return missing(name, wanted.topicId(), ErrorCode.INVALID_REQUEST);
        }
        Broker broker = context.broker();
        Result<Topic> topic = broker.topics().find(Ids.fromKafka(wanted.topicId()), Operation.DESCRIBE);
        return topic.isOk() ? found(topic.get(), broker) : missing(null, wanted.topicId(), topic.error());
    }

    private static MetadataResponseTopic created(String name, Result<Topic> result, ColdContext context) {
        return result.isOk()
                ? found(result.get(), context.broker())
                : missing(name, Uuid.ZERO_UUID, whyNotThere(result.error()));
    }

    /**
     * While nobody can decide whether there is to be such a topic, clients shall ask again. Of what is retriable elsewhere they
     * know only these here: librdkafka takes any other for the topic's end, and fails what it has for it.
     */
    private static ErrorCode whyNotThere(ErrorCode error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, THROTTLING_QUOTA_EXCEEDED -> error;
            default -> error.isRetriable() ? ErrorCode.LEADER_NOT_AVAILABLE : error;
        };
    }

    private static MetadataResponseTopic missing(@Nullable String name, Uuid id, ErrorCode error) {
        return new MetadataResponseTopic().setName(name).setTopicId(id).setErrorCode(error.kafkaCode());
    }

    private static MetadataResponseTopic found(Topic topic, Broker broker) {
        int partitionCount = topic.partitionCount();
        List<MetadataResponsePartition> partitions = new ArrayList<>(partitionCount);
        for (int i = 0; i < partitionCount; i++) {
            PartitionPlacement placed = broker.cluster().placement(topic, i);
            ErrorCode error =
                    placed.leaderId() == PartitionPlacement.NOBODY ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE;
            partitions.add(new MetadataResponsePartition()
                    .setErrorCode(error.kafkaCode())
                    .setPartitionIndex(i)
                    .setLeaderId(placed.leaderId())
                    .setReplicaNodes(placed.replicas())
                    .setIsrNodes(placed.inSync())
                    .setOfflineReplicas(placed.offline())
                    .setLeaderEpoch(placed.leaderEpoch()));
        }
        return new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(Ids.toKafka(topic.id()))
                .setPartitions(partitions);
    }
}
