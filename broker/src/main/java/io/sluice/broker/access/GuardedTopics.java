package io.sluice.broker.access;

import static io.sluice.broker.api.ResourceType.CLUSTER;
import static io.sluice.broker.api.ResourceType.CLUSTER_NAME;
import static io.sluice.broker.api.ResourceType.TOPIC;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Topics for one caller. Who may not describe a topic learns nothing of it, not even whether it exists. */
final class GuardedTopics implements TopicService {
    private final TopicService topics;
    private final Access access;

    GuardedTopics(TopicService topics, Access access) {
        this.topics = topics;
        this.access = access;
    }

    @Override
    public Collection<Topic> all() {
        return topics.all().stream()
                .filter(topic -> access.sees(Operation.DESCRIBE, TOPIC, topic.name()))
                .toList();
    }

    @Override
    public Optional<Topic> find(String name) {
        return access.may(Operation.DESCRIBE, TOPIC, name) ? topics.find(name) : Optional.empty();
    }

    @Override
    public Optional<Topic> find(TopicId id) {
        return topics.find(id).filter(topic -> access.may(Operation.DESCRIBE, TOPIC, topic.name()));
    }

    @Override
    public Result<Topic> find(String name, Operation operation) {
        return access.may(operation, TOPIC, name) ? topics.find(name, operation) : denied();
    }

    @Override
    public Result<Topic> find(TopicId id, Operation operation) {
        Result<Topic> found = topics.find(id, operation);
        return !found.isOk() || access.may(operation, TOPIC, found.get().name()) ? found : denied();
    }

    @Override
    public CompletableFuture<Result<Topic>> create(NewTopic topic, boolean validateOnly) {
        return mayCreate(topic.name())
                ? topics.create(topic, validateOnly)
                : CompletableFuture.completedFuture(denied());
    }

    @Override
    public CompletableFuture<Result<Topic>> findOrAutoCreate(String name) {
        Result<Topic> known = find(name, Operation.DESCRIBE);
        if (known.isOk() || known.error() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
            return CompletableFuture.completedFuture(known);
        }
        // Nobody needs to be allowed what will not happen: consumers give up for good at a denial, and wait for a topic
        // that is not there yet.
        boolean isDenied = topics.isAutoCreateOn() && !mayCreate(name);
        return isDenied ? CompletableFuture.completedFuture(denied()) : topics.findOrAutoCreate(name);
    }

    @Override
    public boolean isAutoCreateOn() {
        return topics.isAutoCreateOn();
    }

    @Override
    public CompletableFuture<Result<Topic>> delete(TopicId id) {
        Result<Topic> known = find(id, Operation.DELETE);
        return known.isOk() ? topics.delete(id) : CompletableFuture.completedFuture(known);
    }

    @Override
    public CompletableFuture<Result<Topic>> addPartitions(
            TopicId id, int partitionCount, List<List<Integer>> assignments, boolean validateOnly) {
        Result<Topic> known = find(id, Operation.ALTER);
        return known.isOk()
                ? topics.addPartitions(id, partitionCount, assignments, validateOnly)
                : CompletableFuture.completedFuture(known);
    }

    @Override
    public void addListener(TopicListener listener) {
        throw new IllegalStateException("callers do not listen");
    }

    @Override
    public Collection<ConfigEntry> describeConfigs(Topic topic) {
        return access.may(Operation.DESCRIBE_CONFIGS, TOPIC, topic.name()) ? topics.describeConfigs(topic) : List.of();
    }

    @Override
    public int defaultPartitionCount() {
        return topics.defaultPartitionCount();
    }

    @Override
    public Optional<String> whyInvalidName(String name) {
        return topics.whyInvalidName(name);
    }

    private boolean mayCreate(String name) {
        return access.sees(Operation.CREATE, CLUSTER, CLUSTER_NAME) || access.may(Operation.CREATE, TOPIC, name);
    }

    private static Result<Topic> denied() {
        return Result.failed(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    }
}
