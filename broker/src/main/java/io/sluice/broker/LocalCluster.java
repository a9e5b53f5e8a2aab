package io.sluice.broker;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cluster as this node knows it, be it of one node. Partitions go where their shards go; what would tear one from the
 * others of its shard is refused with Kafka's errors. Any thread.
 */
final class LocalCluster implements ClusterService {
    /**
     * The metadata of Kafka 3.3 to 4.3 ({@code 4.3-IV0} is 30): tools conclude from it which release's protocol a broker
     * speaks, and ours is that of 4.3.
     */
    private static final Feature METADATA_VERSION = new Feature("metadata.version", 7, 30, 30);

    /** The consumer protocol of KIP-848. */
    private static final Feature GROUP_VERSION = new Feature("group.version", 0, 1, 1);

    /** Share groups, KIP-932. */
    private static final Feature SHARE_VERSION = new Feature("share.version", 0, 1, 1);

    private final Replication replication;
    private final LocalTopics topics;
    private final ShardMap shards;
    private final int nodeId;

    LocalCluster(Replication replication, LocalTopics topics, ShardMap shards, int nodeId) {
        this.replication = replication;
        this.topics = topics;
        this.shards = shards;
        this.nodeId = nodeId;
    }

    @Override
    public List<NodeInfo> nodes() {
        return shards.nodes();
    }

    @Override
    public int controllerId() {
        return shards.leader(ReplicationShards.METADATA).nodeId();
    }

    @Override
    public PartitionPlacement placement(Topic topic, int index) {
        int shard = topics.shardOf(topic, index);
        ShardMap.Lead lead = shards.leader(shard);
        int epoch = Math.max(topic.partition(index).leaderEpoch(), (int) Math.min(Integer.MAX_VALUE, lead.term()));
        List<Integer> replicas = shards.replicas(shard);
        List<Integer> offline =
                replicas.stream().filter(node -> !shards.isReachable(node)).toList();
        List<Integer> inSync =
                replicas.stream().filter(node -> !offline.contains(node)).toList();
        return new PartitionPlacement(lead.nodeId(), epoch, replicas, inSync, offline);
    }

    @Override
    public int nearestReplica(Topic topic, int index, String rack) {
        Optional<String> wanted = Optional.of(rack);
        if (shards.rack(nodeId).equals(wanted)) {
            return PartitionPlacement.NOBODY;
        }
        return shards.replicas(topics.shardOf(topic, index)).stream()
                .filter(node -> shards.rack(node).equals(wanted) && shards.isReachable(node))
                .findFirst()
                .orElse(PartitionPlacement.NOBODY);
    }

    @Override
    public int coordinator(String groupId) {
        return shards.leader(ReplicationShards.FSYNC).nodeId();
    }

    @Override
    public int replicationFactor() {
        return shards.replicationFactor();
    }

    @Override
    public Result<Quorum> quorum() {
        ShardMap.Lead lead = shards.leader(ReplicationShards.METADATA);
        int epoch = (int) Math.min(Integer.MAX_VALUE, lead.term());
        long highWatermark = replication.shard(ReplicationShards.METADATA).appliedIndex() + 1;
        return Result.of(new Quorum(lead.nodeId(), epoch, highWatermark, shards.replicas(ReplicationShards.METADATA)));
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
        return List.of(METADATA_VERSION, GROUP_VERSION, SHARE_VERSION);
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
        if (!exists(topic, partition)) {
            return Result.failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such partition as " + topic + "-" + partition);
        }
        PartitionPlacement placed = placement(topics.find(topic).orElseThrow(), partition);
        return placed.leaderId() == placed.replicas().getFirst()
                ? Result.failed(ErrorCode.ELECTION_NOT_NEEDED)
                : Result.failed(
                        ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                        "node " + placed.replicas().getFirst()
                                + " will lead the shard of the partition as soon as it can");
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
        if (refusal.isPresent()) {
            return Result.failed(ErrorCode.INVALID_REPLICA_ASSIGNMENT, refusal.get());
        }
        List<Integer> replicas =
                placement(topics.find(topic).orElseThrow(), partition).replicas();
        return replicas.equals(nodes.get()) || Set.copyOf(replicas).equals(Set.copyOf(nodes.get()))
                ? Result.of(nodes.get())
                : Result.failed(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Partitions lie where their shard does, on nodes " + replicas
                                + "; this one cannot be moved to another shard yet.");
    }

    /** The words of Kafka's {@code ReplicationControlManager}. */
    @Override
    public Optional<String> whyNotAssignable(List<Integer> nodes) {
        if (nodes.isEmpty()) {
            return Optional.of("The manual partition assignment includes an empty replica list.");
        }
        Set<Integer> known = shards.nodes().stream().map(NodeInfo::id).collect(Collectors.toUnmodifiableSet());
        Set<Integer> seen = new HashSet<>();
        for (int node : nodes) {
            if (!known.contains(node)) {
                return Optional.of("The manual partition assignment includes broker " + node
                        + ", but no such broker is registered.");
            }
            if (!seen.add(node)) {
                return Optional.of("The manual partition assignment includes the broker " + node + " more than once.");
            }
        }
        Result<Integer> shard = shards.shardOf(nodes);
        return shard.isOk() ? Optional.empty() : Optional.of(shard.message());
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
