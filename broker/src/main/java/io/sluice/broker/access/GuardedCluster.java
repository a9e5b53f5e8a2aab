package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The cluster for one caller. */
record GuardedCluster(ClusterService cluster, Access access) implements ClusterService {
    @Override
    public Result<Quorum> quorum() {
        return allowed(Operation.DESCRIBE, cluster::quorum);
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
    public Result<Integer> electLeader(String topic, int partition) {
        return allowed(Operation.ALTER, () -> cluster.electLeader(topic, partition));
    }

    @Override
    public Result<List<Integer>> reassign(String topic, int partition, Optional<List<Integer>> nodes) {
        return allowed(Operation.ALTER, () -> cluster.reassign(topic, partition, nodes));
    }

    @Override
    public Result<List<TopicPartition>> reassignments() {
        return allowed(Operation.DESCRIBE, cluster::reassignments);
    }

    private <T> Result<T> allowed(Operation operation, Supplier<Result<T>> answer) {
        return access.mayToCluster(operation) ? answer.get() : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }
}
