package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Partition tables without partitions: it remembers what was proposed, and fails when a test wants it to. */
final class SimulatedDataShards implements DataShards {
    final List<ControlEntry> proposed = new ArrayList<>();
    final Map<TopicId, Integer> open = new HashMap<>();
    final Map<TopicId, SegmentSettings> segments = new HashMap<>();
    final List<Integer> prepared = new ArrayList<>();
    final Set<Integer> elsewhere = new HashSet<>();
    ErrorCode outcome = ErrorCode.NONE;
    CompletableFuture<ErrorCode> preparation = CompletableFuture.completedFuture(ErrorCode.NONE);

    @Override
    public CompletableFuture<ErrorCode> prepare(int shard) {
        prepared.add(shard);
        return preparation;
    }

    @Override
    public boolean isLeading(int shard) {
        return !elsewhere.contains(shard);
    }

    @Override
    public Optional<SegmentSettings> segments(int shard, TopicId topicId) {
        return Optional.ofNullable(segments.get(topicId));
    }

    @Override
    public CompletableFuture<ErrorCode> propose(int shard, ControlEntry entry) {
        proposed.add(entry);
        if (outcome == ErrorCode.NONE) {
            switch (entry) {
                case ControlEntry.Open opened -> {
                    open.put(opened.topicId(), opened.firstPartition() + opened.count());
                    segments.put(opened.topicId(), opened.settings());
                }
                case ControlEntry.Configure configured -> segments.put(configured.topicId(), configured.settings());
                case ControlEntry.Drop dropped -> {
                    open.remove(dropped.topicId());
                    segments.remove(dropped.topicId());
                }
                default -> throw new IllegalArgumentException("not for topics: " + entry);
            }
        }
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public Optional<PartitionReplica> find(int shard, TopicId topicId, int partition) {
        return Optional.empty();
    }

    @Override
    public boolean isOpen(TopicId topicId, ShardRun run) {
        return open.getOrDefault(topicId, 0) >= run.to();
    }
}
