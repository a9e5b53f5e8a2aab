package io.sluice.protocol.kafka;

import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cluster in which nothing can be changed. */
final class FakeCluster implements ClusterService {
    private static final Feature FEATURE = new Feature("metadata.version", 7, 30, 30);

    @Override
    public Result<Quorum> quorum() {
        return Result.of(new Quorum(1, 5, 100, List.of(1)));
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
    public Result<Integer> electLeader(String topic, int partition) {
        return Result.failed(ErrorCode.ELECTION_NOT_NEEDED);
    }

    @Override
    public Result<List<Integer>> reassign(String topic, int partition, Optional<List<Integer>> nodes) {
        return Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
    }

    @Override
    public Result<List<TopicPartition>> reassignments() {
        return Result.of(List.of());
    }
}
