package io.sluice.broker;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.broker.cluster.NodeStanding;
import io.sluice.broker.group.GroupCoordinator;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.broker.topic.TopicMoves;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this node knows it, be it of one node. Partitions go where their shards go, or to another shard; nodes that no
 * shard has are refused with Kafka's errors. Any thread.
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
    private final Optional<Membership> membership;
    private final int nodeId;

    LocalCluster(
            Replication replication, LocalTopics topics, ShardMap shards, Optional<Membership> membership, int nodeId) {
        this.replication = replication;
        this.topics = topics;
        this.shards = shards;
        this.membership = membership;
        this.nodeId = nodeId;
    }

    @Override
    public List<NodeInfo> nodes() {
        return shards.nodes();
    }

    @Override
    public CompletableFuture<Set<Integer>> nodesAway() {
        Set<Integer> all = shards.nodes().stream().map(NodeInfo::id).collect(Collectors.toUnmodifiableSet());
        return membership
                .map(Membership::standings)
                .orElseGet(() -> CompletableFuture.completedFuture(Map.of()))
                .thenApply(answers -> all.stream()
                        .filter(node -> node != nodeId && !answers.containsKey(node))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public CompletableFuture<Void> onceCurrent() {
        return membership.map(Membership::onceCurrent).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    @Override
    public int controllerId() {
        return shards.leader(ReplicationShards.METADATA).nodeId();
    }

    @Override
    public PartitionPlacement placement(Topic topic, int index) {
        // Moves are published before topics follow them: what they say is never older.
        int known = topics.shardOf(topic, index);
        TopicMoves.Place place = topics.moves().of(topic.id()).place(index).orElse(new TopicMoves.Place(known, 0));
        int shard = place.shard();
        ShardMap.Lead lead = shards.leader(shard);
        long named = Math.min(Integer.MAX_VALUE, place.epochsAbove() + lead.term());
        int epoch = Math.max(topic.partition(index).leaderEpoch(), (int) named);
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
        return shards.leader(shards.shardOfSlot(GroupCoordinator.slotOf(groupId)))
                .nodeId();
    }

    @Override
    public int replicationFactor() {
        return shards.replicationFactor();
    }

    @Override
    public CompletableFuture<Result<Quorum>> quorum() {
        ShardMap.Lead lead = shards.leader(ReplicationShards.METADATA);
        int epoch = (int) Math.min(Integer.MAX_VALUE, lead.term());
        long highWatermark = replication.shard(ReplicationShards.METADATA).appliedIndex() + 1;
        List<Integer> voters = shards.replicas(ReplicationShards.METADATA);
        return membership
                .map(Membership::standings)
                .orElseGet(() -> CompletableFuture.completedFuture(Map.of()))
                .thenApply(standings -> Result.of(new Quorum(
                        lead.nodeId(),
                        epoch,
                        highWatermark,
                        voters.stream()
                                .map(voter -> new Voter(
                                        voter, voter == nodeId ? highWatermark : logEndOffset(standings.get(voter))))
                                .toList())));
    }

    private static long logEndOffset(@Nullable NodeStanding voter) {
        return Optional.ofNullable(voter)
                .flatMap(standing -> standing.shard(ReplicationShards.METADATA))
                .map(place -> place.appliedIndex() + 1)
                .orElse(-1L);
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
    public CompletableFuture<Result<Integer>> electLeader(String topic, int partition, boolean anyWillDo) {
        if (topics.find(topic).isEmpty()) {
            return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such topic as " + topic);
        }
        if (!exists(topic, partition)) {
            return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "No such partition as " + topic + "-" + partition);
        }
        Topic found = topics.find(topic).orElseThrow();
        PartitionPlacement placed = placement(found, partition);
        int leader = placed.leaderId();
        int wanted = placed.replicas().getFirst();
        if (leader == wanted || (anyWillDo && leader != PartitionPlacement.NOBODY)) {
            return failed(ErrorCode.ELECTION_NOT_NEEDED, ErrorCode.ELECTION_NOT_NEEDED.text());
        }
        if (leader == PartitionPlacement.NOBODY || membership.isEmpty()) {
            ErrorCode error =
                    anyWillDo ? ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE : ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE;
            return failed(error, error.text());
        }
        return membership
                .get()
                .elect(topics.shardOf(found, partition), leader, wanted)
                .thenApply(done -> done
                        ? Result.of(wanted)
                        : Result.failed(
                                ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                                "node " + wanted + " is away, or not caught up; it will lead as soon as it can"));
    }

    private static <T> CompletableFuture<Result<T>> failed(ErrorCode error, String message) {
        return CompletableFuture.completedFuture(Result.failed(error, message));
    }

    @Override
    public CompletableFuture<Result<Integer>> removeNode(int removed) {
        if (shards.nodes().stream().noneMatch(node -> node.id() == removed)) {
            return CompletableFuture.completedFuture(notRegistered(removed));
        }
        return membership
                .map(member -> member.commands()
                        .run(new ClusterCommand.ChangeStage(removed, NodeStage.LEAVING))
                        .thenApply(done -> removal(removed, done)))
                .orElseGet(() -> failed(ErrorCode.POLICY_VIOLATION, "this broker is alone"));
    }

    /** Who decides may know already that the node is gone. */
    private static Result<Integer> removal(int removed, Result<Long> done) {
        if (done.error() == ErrorCode.RESOURCE_NOT_FOUND) {
            return notRegistered(removed);
        }
        return done.isOk() ? Result.of(removed) : Result.failed(done.error(), done.message());
    }

    private static Result<Integer> notRegistered(int nodeId) {
        return Result.failed(
                ErrorCode.BROKER_ID_NOT_REGISTERED, "Broker ID " + nodeId + " is not currently registered");
    }

    @Override
    public CompletableFuture<Result<List<Integer>>> reassign(
            String topic, int partition, Optional<List<Integer>> nodes, boolean mayChangeCount) {
        Optional<Topic> found = topics.find(topic);
        if (found.isEmpty()) {
            return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find a topic named " + topic + ".");
        }
        if (!exists(topic, partition)) {
            return failed(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Unable to find partition " + topic + ":" + partition + ".");
        }
        if (nodes.isEmpty()) {
            return takeBackMove(found.get(), partition);
        }
        Optional<String> refusal = whyNoNodes(nodes.get());
        if (refusal.isPresent()) {
            return failed(ErrorCode.INVALID_REPLICA_ASSIGNMENT, refusal.get());
        }
        List<Integer> replicas = placement(found.get(), partition).replicas();
        if (!mayChangeCount && replicas.size() != nodes.get().size()) {
            return failed(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "The replication factor is changed from " + replicas.size() + " to "
                            + nodes.get().size());
        }
        return move(found.get(), partition, replicas, nodes.get());
    }

    private CompletableFuture<Result<List<Integer>>> takeBackMove(Topic topic, int partition) {
        Optional<PartitionMove> move = topics.moves().move(topic.id(), partition);
        if (move.isPresent()) {
            List<Integer> back = shards.replicas(move.get().from());
            return topics.takeMoveBack(move.get())
                    .thenApply(taken -> taken.isOk() ? Result.of(back) : Result.failed(taken.error(), taken.message()));
        }
        return shards.change(topics.shardOf(topic, partition)).isEmpty()
                ? CompletableFuture.completedFuture(Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS))
                : failed(
                        ErrorCode.POLICY_VIOLATION,
                        "The cluster moves the shard of the partition by its own plan; 'sluice cluster add' and"
                                + " 'drain' change that.");
    }

    /** To the shard that these nodes keep; nothing happens where it is there already. */
    private CompletableFuture<Result<List<Integer>>> move(
            Topic topic, int partition, List<Integer> replicas, List<Integer> wanted) {
        boolean isOnTheWay = topics.moves().move(topic.id(), partition).isPresent();
        boolean isThere = replicas.getFirst().equals(wanted.getFirst())
                && Set.copyOf(replicas).equals(Set.copyOf(wanted));
        if (isThere && !isOnTheWay) {
            return CompletableFuture.completedFuture(Result.of(wanted));
        }
        Result<Integer> shard = shards.shardOf(wanted);
        if (!shard.isOk()) {
            return failed(shard.error(), shard.message());
        }
        return topics.beginMove(topic.name(), partition, shard.get(), false)
                .thenApply(begun -> begun.isOk() ? Result.of(wanted) : Result.failed(begun.error(), begun.message()));
    }

    @Override
    public Optional<String> whyNotAssignable(List<Integer> nodes) {
        Optional<String> refusal = whyNoNodes(nodes);
        if (refusal.isPresent()) {
            return refusal;
        }
        Result<Integer> shard = shards.shardOf(nodes);
        return shard.isOk() ? Optional.empty() : Optional.of(shard.message());
    }

    /** The words of Kafka's {@code ReplicationControlManager}. */
    private Optional<String> whyNoNodes(List<Integer> nodes) {
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
        return Optional.empty();
    }

    private boolean exists(String topic, int partition) {
        return topics.find(topic)
                .filter(found -> partition >= 0 && partition < found.partitionCount())
                .isPresent();
    }

    @Override
    public Result<List<Reassignment>> reassignments() {
        List<Reassignment> moving = new ArrayList<>();
        topics.moves().moving().forEach(move -> addMoving(move, moving));
        Map<Integer, ShardMap.Change> changes = shards.changes();
        if (!changes.isEmpty()) {
            topics.all().forEach(topic -> addMoving(topic, changes, moving));
        }
        return Result.of(moving);
    }

    private void addMoving(PartitionMove move, List<Reassignment> moving) {
        List<Integer> before = shards.replicas(move.from());
        List<Integer> after = shards.replicas(move.to());
        List<Integer> adding =
                after.stream().filter(node -> !before.contains(node)).toList();
        List<Integer> removing =
                before.stream().filter(node -> !after.contains(node)).toList();
        List<Integer> all =
                Stream.concat(after.stream(), removing.stream()).distinct().toList();
        topics.find(move.topicId())
                .map(topic -> new TopicPartition(topic.name(), move.partition()))
                .ifPresent(partition -> moving.add(new Reassignment(partition, all, adding, removing)));
    }

    private void addMoving(Topic topic, Map<Integer, ShardMap.Change> changes, List<Reassignment> moving) {
        for (int index = 0; index < topic.partitionCount(); index++) {
            ShardMap.Change change = changes.get(topics.shardOf(topic, index));
            if (change != null && topics.moves().move(topic.id(), index).isEmpty()) {
                moving.add(new Reassignment(
                        new TopicPartition(topic.name(), index), change.all(), change.adding(), change.removing()));
            }
        }
    }
}
