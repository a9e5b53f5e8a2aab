package io.sluice.protocol.kafka;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A cluster in which nothing can be changed; all is led by this node, or by another one. */
final class FakeCluster implements ClusterService {
    private static final Feature FEATURE = new Feature("metadata.version", 7, 30, 30);
    private static final NodeInfo SELF = new NodeInfo(1, Optional.empty(), Map.of());

    private volatile NodeInfo leader = SELF;

    /** From now on this node leads all. */
    void lead(NodeInfo node) {
        leader = node;
    }

    @Override
    public List<NodeInfo> nodes() {
        return leader == SELF ? List.of(SELF) : List.of(SELF, leader);
    }

    @Override
    public CompletableFuture<Set<Integer>> nodesAway() {
        return CompletableFuture.completedFuture(Set.of());
    }

    @Override
    public CompletableFuture<Void> onceCurrent() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public int controllerId() {
        return 1;
    }

    @Override
    public PartitionPlacement placement(Topic topic, int index) {
        return new PartitionPlacement(
                leader.id(), topic.partition(index).leaderEpoch(), List.of(1), List.of(1), List.of());
    }

    @Override
    public int nearestReplica(Topic topic, int index, String rack) {
        return PartitionPlacement.NOBODY;
    }

    @Override
    public int coordinator(String groupId) {
        return 1;
    }

    @Override
    public int replicationFactor() {
        return 1;
    }

    @Override
    public Optional<String> whyNotAssignable(List<Integer> nodes) {
        return nodes.equals(List.of(1)) ? Optional.empty() : Optional.of("there is node 1 only");
    }

    @Override
    public CompletableFuture<Result<Quorum>> quorum() {
        return CompletableFuture.completedFuture(Result.of(new Quorum(1, 5, 100, List.of(new Voter(1, 100)))));
    }

    @Override
    public Result<List<LogDirectory>> logDirectories() {
        return Result.of(List.of(new LogDirectory("/data", 2_000, 1_000)));
    }

    @Override
    public Result<List<StoredTopic>> storedTopics(Optional<Set<String>> names) {
        return Result.of(List.of());
    }

    @Override
    public List<Feature> features() {
        return List.of(FEATURE);
    }

    @Override
    public Result<Feature> checkFeature(String name, int level, boolean mayDowngrade) {
        return Result.of(FEATURE);
    }

    @Override
    public CompletableFuture<Result<Integer>> electLeader(String topic, int partition, boolean anyWillDo) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.ELECTION_NOT_NEEDED));
    }

    @Override
    public CompletableFuture<Result<Integer>> removeNode(int nodeId) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.POLICY_VIOLATION));
    }

    @Override
    public CompletableFuture<Result<List<Integer>>> reassign(
            String topic, int partition, Optional<List<Integer>> nodes, boolean mayChangeCount) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS));
    }

    @Override
    public Result<List<Reassignment>> reassignments() {
        return Result.of(List.of());
    }
}
