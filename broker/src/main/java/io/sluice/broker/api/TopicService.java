package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Topics. Look-ups read an immutable image and never block; changes complete when they are durable. Any thread. */
public interface TopicService {
    /** All topics that the caller may DESCRIBE, sorted by name. */
    Collection<Topic> all();

    /** By name. Needs DESCRIBE on the topic: without, there is none. */
    Optional<Topic> find(String name);

    /** By id. Needs DESCRIBE on the topic: without, there is none. */
    Optional<Topic> find(TopicId id);

    /**
     * By name, for what the caller wants to do with it: READ for records and commits, WRITE for appends, and so on; the
     * topic must be used for nothing else. TOPIC_AUTHORIZATION_FAILED, whether it exists or not, or
     * UNKNOWN_TOPIC_OR_PARTITION.
     */
    default Result<Topic> find(String name, Operation operation) {
        return find(name).map(Result::of).orElseGet(() -> Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    /** As by name; UNKNOWN_TOPIC_ID if there is none, ids being no secret (KIP-516). */
    default Result<Topic> find(TopicId id, Operation operation) {
        return find(id).map(Result::of).orElseGet(() -> Result.failed(ErrorCode.UNKNOWN_TOPIC_ID));
    }

    /** Creates a topic; with {@code validateOnly} says only whether it would. Needs CREATE on the cluster or the topic. */
    CompletableFuture<Result<Topic>> create(NewTopic topic, boolean validateOnly);

    /**
     * The topic, created with the broker's defaults if it is missing and {@link #isAutoCreateOn()}. Needs DESCRIBE on the
     * topic, and to create it CREATE on the cluster or the topic.
     */
    CompletableFuture<Result<Topic>> findOrAutoCreate(String name);

    /** Whether missing topics are created for whoever asks for them, auto.create.topics.enable; no secret. */
    boolean isAutoCreateOn();

    /** Deletes a topic and its records. Needs DELETE on the topic. */
    CompletableFuture<Result<Topic>> delete(TopicId id);

    /**
     * Adds partitions until there are so many; with {@code validateOnly} says only whether it would. INVALID_PARTITIONS
     * if that would not be an increase, POLICY_VIOLATION if the broker takes no more. Needs ALTER on the topic.
     */
    default CompletableFuture<Result<Topic>> addPartitions(TopicId id, int partitionCount, boolean validateOnly) {
        return addPartitions(id, partitionCount, List.of(), validateOnly);
    }

    /**
     * The same with the nodes that each new partition shall lie on, the first to lead; none to leave that to the broker.
     * INVALID_REPLICA_ASSIGNMENT if no shard lies so. Needs ALTER on the topic.
     */
    CompletableFuture<Result<Topic>> addPartitions(
            TopicId id, int partitionCount, List<List<Integer>> assignments, boolean validateOnly);

    /** From now on hears of topics, until the broker stops; what was before is in {@link #all()}. Not for clients. */
    void addListener(TopicListener listener);

    /**
     * Every configuration of the topic with its effective value, documented; also of one that was only validated. Needs
     * DESCRIBE_CONFIGS on the topic.
     */
    Collection<ConfigEntry> describeConfigs(Topic topic);

    /** Partitions of a topic that is created without a number of its own; no secret. */
    int defaultPartitionCount();

    /** Why a name is not allowed, empty if it is: 1–249 of letters, digits, '.', '_', '-', not "." or "..". */
    Optional<String> whyInvalidName(String name);
}
