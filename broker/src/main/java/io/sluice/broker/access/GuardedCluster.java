package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The cluster for one caller. */
record GuardedCluster(ClusterService cluster, Access access) implements ClusterService {
    @Override
    public List<NodeInfo> nodes() {
        return cluster.nodes();
    }

    @Override
    public CompletableFuture<Set<Integer>> nodesAway() {
        return cluster.nodesAway();
    }

    @Override
    public CompletableFuture<Void> onceCurrent() {
        return cluster.onceCurrent();
    }

    @Override
    public int controllerId() {
        return cluster.controllerId();
    }

    @Override
    public PartitionPlacement placement(Topic topic, int index) {
        return cluster.placement(topic, index);
    }

    @Override
    public int nearestReplica(Topic topic, int index, String rack) {
        return cluster.nearestReplica(topic, index, rack);
    }

    @Override
    public int coordinator(String groupId) {
        return cluster.coordinator(groupId);
    }

    @Override
    public int replicationFactor() {
        return cluster.replicationFactor();
    }

    @Override
    public Optional<String> whyNotAssignable(List<Integer> nodes) {
        return cluster.whyNotAssignable(nodes);
    }

    @Override
    public CompletableFuture<Result<Quorum>> quorum() {
        return allowedLater(Operation.DESCRIBE, cluster::quorum);
    }

    @Override
    public Result<List<LogDirectory>> logDirectories() {
        return allowed(Operation.DESCRIBE, cluster::logDirectories);
    }

    @Override
    public Result<List<StoredTopic>> storedTopics(Optional<Set<String>> names) {
        return allowed(Operation.DESCRIBE, () -> cluster.storedTopics(names));
    }

    @Override
    public List<Feature> features() {
        return cluster.features();
    }

    @Override
    public Result<Feature> checkFeature(String name, int level, boolean mayDowngrade) {
        return allowed(Operation.ALTER, () -> cluster.checkFeature(name, level, mayDowngrade));
    }

    @Override
    public CompletableFuture<Result<Integer>> electLeader(String topic, int partition, boolean anyWillDo) {
        return allowedLater(Operation.ALTER, () -> cluster.electLeader(topic, partition, anyWillDo));
    }

    @Override
    public CompletableFuture<Result<Integer>> removeNode(int nodeId) {
        return allowedLater(Operation.ALTER, () -> cluster.removeNode(nodeId));
    }

    @Override
    public CompletableFuture<Result<List<Integer>>> reassign(
            String topic, int partition, Optional<List<Integer>> nodes, boolean mayChangeCount) {
        return allowedLater(Operation.ALTER, () -> cluster.reassign(topic, partition, nodes, mayChangeCount));
    }

    @Override
    public Result<List<Reassignment>> reassignments() {
        return allowed(Operation.DESCRIBE, cluster::reassignments);
    }

    private <T> CompletableFuture<Result<T>> allowedLater(
            Operation operation, Supplier<CompletableFuture<Result<T>>> answer) {
        return access.mayToCluster(operation)
                ? answer.get()
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }

    private <T> Result<T> allowed(Operation operation, Supplier<Result<T>> answer) {
        return access.mayToCluster(operation) ? answer.get() : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }
}
