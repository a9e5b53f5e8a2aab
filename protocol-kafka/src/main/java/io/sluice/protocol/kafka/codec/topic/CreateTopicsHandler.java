package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.Ids;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Repeated;
import io.sluice.protocol.kafka.codec.config.ConfigCodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;

/** CreateTopics: each topic succeeds or fails by itself; a name given twice fails as in Kafka. */
final class CreateTopicsHandler implements ColdHandler<CreateTopicsRequestData> {
    /** KIP-599. */
    private static final short QUOTA_ERROR_FROM = 6;

    @Override
    public KafkaApi api() {
        return KafkaApi.CREATE_TOPICS;
    }

    @Override
    public CreateTopicsRequestData newRequest() {
        return new CreateTopicsRequestData();
    }

    @Override
    public CompletableFuture<CreateTopicsResponseData> handle(CreateTopicsRequestData request, ColdContext context) {
        Set<String> repeated =
                Repeated.of(request.topics().stream().map(CreatableTopic::name).toList());
        List<CompletableFuture<CreatableTopicResult>> results = new ArrayList<>();
        for (CreatableTopic wanted : request.topics()) {
            if (!repeated.contains(wanted.name())) {
                results.add(create(wanted, request.validateOnly(), context));
            }
        }
        for (String name : repeated) {
            results.add(CompletableFuture.completedFuture(
                    failed(name, ErrorCode.INVALID_REQUEST, "Duplicate topic name.")));
        }
        return Gathering.of(results).thenApply(topics -> {
            CreateTopicsResponseData answer = new CreateTopicsResponseData();
            topics.forEach(answer.topics()::add);
            return answer;
        });
    }

    private static CompletableFuture<CreatableTopicResult> create(
            CreatableTopic wanted, boolean validateOnly, ColdContext context) {
        if (!wanted.assignments().isEmpty() && (wanted.replicationFactor() != -1 || wanted.numPartitions() != -1)) {
            String number = wanted.replicationFactor() != -1 ? "replication factor" : "numPartitions";
            return CompletableFuture.completedFuture(failed(
                    wanted.name(),
                    ErrorCode.INVALID_REQUEST,
                    "A manual partition assignment was specified, but " + number + " was not set to -1."));
        }
        Optional<String> refusal = whyNotAssignable(wanted, context.broker().cluster());
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(
                    failed(wanted.name(), ErrorCode.INVALID_REPLICA_ASSIGNMENT, refusal.get()));
        }
        Map<String, String> configs = new HashMap<>();
        for (CreateTopicsRequestData.CreatableTopicConfig config : wanted.configs()) {
            String value = config.value();
            if (value == null) {
                return CompletableFuture.completedFuture(failed(
                        wanted.name(),
                        ErrorCode.INVALID_CONFIG,
                        "null value not supported for topic config " + config.name()));
            }
            configs.put(config.name(), value);
        }
        int partitionCount = wanted.assignments().isEmpty()
                ? wanted.numPartitions()
                : wanted.assignments().size();
        NewTopic topic =
                new NewTopic(wanted.name(), partitionCount, wanted.replicationFactor(), configs, assignments(wanted));
        TopicService topics = context.broker().topics();
        return context.mutations()
                .changing(
                        resolved(partitionCount, context),
                        context.version() >= QUOTA_ERROR_FROM,
                        () -> topics.create(topic, validateOnly))
                .thenApply(result -> result.isOk()
                        ? created(wanted.name(), result.get(), context, validateOnly)
                        : failed(wanted.name(), result.error(), result.message()));
    }

    /** By partition. */
    private static List<List<Integer>> assignments(CreatableTopic wanted) {
        return wanted.assignments().stream()
                .sorted(Comparator.comparingInt(CreatableReplicaAssignment::partitionIndex))
                .map(CreatableReplicaAssignment::brokerIds)
                .toList();
    }

    /** What is to be counted; the default is looked up only where somebody counts. */
    static int resolved(int partitionCount, ColdContext context) {
        if (partitionCount > 0 || context.mutations().isUnlimited()) {
            return Math.max(1, partitionCount);
        }
        return context.broker().topics().defaultPartitionCount();
    }

    /** Kafka's words; empty if every partition is assigned to nodes that keep a shard together. */
    private static Optional<String> whyNotAssignable(CreatableTopic wanted, ClusterService cluster) {
        Set<Integer> partitions = new HashSet<>();
        for (CreatableReplicaAssignment assignment : wanted.assignments()) {
            if (!partitions.add(assignment.partitionIndex())) {
                return Optional.of(
                        "Found multiple manual partition assignments for partition " + assignment.partitionIndex());
            }
            Optional<String> refusal = cluster.whyNotAssignable(assignment.brokerIds());
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        for (int i = 0; i < partitions.size(); i++) {
            if (!partitions.contains(i)) {
                return Optional.of("partitions should be a consecutive 0-based integer sequence");
            }
        }
        return Optional.empty();
    }

    private static CreatableTopicResult created(String name, Topic topic, ColdContext context, boolean validateOnly) {
        TopicService topics = context.broker().topics();
        if (!context.broker().access().sees(Operation.DESCRIBE_CONFIGS, ResourceType.TOPIC, name)) {
            return new CreatableTopicResult()
                    .setName(name)
                    .setTopicId(validateOnly ? Uuid.ZERO_UUID : Ids.toKafka(topic.id()))
                    .setConfigs(List.of())
                    .setTopicConfigErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.kafkaCode());
        }
        List<CreatableTopicConfigs> configs = new ArrayList<>();
        for (ConfigEntry entry : topics.describeConfigs(topic)) {
            configs.add(new CreatableTopicConfigs()
                    .setName(entry.name())
                    .setValue(ConfigCodes.shown(entry, entry.value()))
                    .setReadOnly(entry.isReadOnly())
                    .setConfigSource(ConfigCodes.source(entry.source()))
                    .setIsSensitive(entry.isSensitive()));
        }
        return new CreatableTopicResult()
                .setName(name)
                .setTopicId(validateOnly ? Uuid.ZERO_UUID : Ids.toKafka(topic.id()))
                .setNumPartitions(topic.partitionCount())
                .setReplicationFactor((short) context.broker().cluster().replicationFactor())
                .setConfigs(configs);
    }

    private static CreatableTopicResult failed(String name, ErrorCode error, String message) {
        return new CreatableTopicResult()
                .setName(name)
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(Result.failed(error, message).message());
    }
}
