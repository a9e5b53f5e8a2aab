package io.sluice.broker;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Replication;
import io.sluice.replication.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster of one node: it leads everything, and what would change that is refused with Kafka's errors. Any thread. */
final class LocalCluster implements ClusterService {
    /**
     * The metadata of Kafka 3.3 to 4.3 ({@code 4.3-IV0} is 30): tools conclude from it which release's protocol a broker
     * speaks, and ours is that of 4.3.
     */
    private static final Feature METADATA_VERSION = new Feature("metadata.version", 7, 30, 30);

    /** The consumer protocol of KIP-848. */
    private static final Feature GROUP_VERSION = new Feature("group.version", 0, 1, 1);

    private final Replication replication;
    private final TopicService topics;
    private final int nodeId;

    LocalCluster(Replication replication, TopicService topics, int nodeId) {
        this.replication = replication;
        this.topics = topics;
        this.nodeId = nodeId;
    }

    @Override
    public Result<Quorum> quorum() {
        Shard metadata = replication.shard(ReplicationShards.METADATA);
        int epoch = (int) Math.min(Integer.MAX_VALUE, metadata.term());
        return Result.of(new Quorum(nodeId, epoch, metadata.appliedIndex() + 1, List.of(nodeId)));
    }

    @Override
    public Result<List<LogDirectory>> logDirectories() {
        String path = replication.path().toAbsolutePath().normalize().toString();
        return Result.of(List.of(new LogDirectory(path, replication.totalBytes(), replication.usableBytes())));
    }

    @Override
    public Result<List<StoredTopic>> storedTopics(Optional<Set<String>> names) {
        Collection<Topic> found = names.isPresent()
                ? names.get().stream()
                        .flatMap(name -> topics.find(name).stream())
                        .toList()
                : topics.all();
        return Result.of(found.stream().map(LocalCluster::stored).toList());
    }

    private static StoredTopic stored(Topic topic) {
        List<Long> partitionBytes = new ArrayList<>(topic.partitionCount());
        for (int index = 0; index < topic.partitionCount(); index++) {
            partitionBytes.add(topic.partition(index).sizeBytes());
        }
        return new StoredTopic(topic.name(), partitionBytes);
    }

    @Override
    public List<Feature> features() {
        return List.of(METADATA_VERSION, GROUP_VERSION);
    }

    @Override
    public Result<Feature> checkFeature(String name, int level, boolean mayDowngrade) {
        Optional<Feature> known =
                features().stream().filter(each -> each.name().equals(name)).findFirst();
        if (level < 0) {
            return invalidLevel(name, level, "A feature version cannot be less than 0.");
        }
        if (known.isEmpty()) {
            return invalidLevel(name, level, "Broker " + nodeId + " does not support this feature.");
        }
        Feature feature = known.get();
        if (level < feature.levelMin() || level > feature.levelMax()) {
            String range = feature.levelMin() + "-" + feature.levelMax();
            return invalidLevel(name, level, "Broker " + nodeId + " only supports versions " + range);
        }
        if (level < feature.level()) {
            return invalidLevel(
                    name,
                    level,
                    mayDowngrade
                            ? "This broker always uses level " + feature.level() + "."
                            : "Can't downgrade the version of this feature without setting the upgrade type to either"
                                    + " safe or unsafe downgrade.");
        }
        return Result.of(feature);
    }

    private static Result<Feature> invalidLevel(String name, int level, String reason) {
        return Result.failed(
                ErrorCode.INVALID_UPDATE_VERSION,
                "Invalid update version " + level + " for feature " + name + ". " + reason);
    }

    @Override
    public Result<Integer> electLeader(String topic, int partition) {
        if (topics.find(topic).isEmpty()) {
            return Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such topic as " + topic);
        }
        return exists(topic, partition)
                ? Result.failed(ErrorCode.ELECTION_NOT_NEEDED)
                : Result.failed(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such partition as " + topic + "-" + partition);
    }

    @Override
    public Result<List<Integer>> reassign(String topic, int partition, Optional<List<Integer>> nodes) {
        if (topics.find(topic).isEmpty()) {
            return Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named " + topic + ".");
        }
        if (!exists(topic, partition)) {
            return Result.failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition " + topic + ":" + partition + ".");
        }
        if (nodes.isEmpty()) {
            return Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        }
        Optional<String> refusal = whyNotAssignable(nodes.get());
        return refusal.isPresent()
                ? Result.failed(ErrorCode.INVALID_REPLICA_ASSIGNMENT, refusal.get())
                : Result.of(nodes.get());
    }

    /** The words of Kafka's {@code ReplicationControlManager}. */
    private Optional<String> whyNotAssignable(List<Integer> nodes) {
        if (nodes.isEmpty()) {
            return Optional.of("The manual partition assignment includes an empty replica list.");
        }
        for (int node : nodes) {
            if (node != nodeId) {
                return Optional.of("The manual partition assignment includes broker " + node
                        + ", but no such broker is registered.");
            }
        }
        return nodes.size() == 1
                ? Optional.empty()
                : Optional.of("The manual partition assignment includes the broker " + nodeId + " more than once.");
    }

    private boolean exists(String topic, int partition) {
        return topics.find(topic)
                .filter(found -> partition >= 0 && partition < found.partitionCount())
                .isPresent();
    }

    @Override
    public Result<List<TopicPartition>> reassignments() {
        return Result.of(List.of());
    }
}
