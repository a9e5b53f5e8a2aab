package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which shards new partitions lie in: where somebody wants them, those of a dead-letter topic beside those of its
 * origin, else side by side in as few runs as there are shards, the emptiest first. Pure.
 */
final class TopicPlacing {
    private final MetadataState state;
    private final ShardChoice cluster;

    TopicPlacing(MetadataState state, ShardChoice cluster) {
        this.state = state;
        this.cluster = cluster;
    }

    /**
     * Where the partitions of the topic lie, those from {@code first} on being new.
     *
     * @param assignments nodes wanted for each new partition, or none
     */
    Result<List<ShardRun>> place(TopicRecord topic, int first, List<List<Integer>> assignments) {
        List<ShardRun> before =
                first == 0 ? List.of() : topic.withPartitions(first).placed();
        List<ShardRun> added = new ArrayList<>();
        boolean isWanted = cluster.isCluster() && !assignments.isEmpty();
        if (!isWanted) {
            added.addAll(besideOrigin(topic, first));
            int next = added.isEmpty() ? first : added.getLast().to();
            added.addAll(ShardRun.spread(next, topic.partitionCount(), emptiestFirst(topic.durability())));
        }
        for (int i = 0; isWanted && i < assignments.size(); i++) {
            Result<Integer> shard = cluster.shardOf(assignments.get(i));
            if (!shard.isOk()) {
                return Result.failed(shard.error(), shard.message());
            }
            added.add(new ShardRun(shard.get(), first + i, first + i + 1));
        }
        List<ShardRun> runs = new ArrayList<>();
        before.forEach(run -> ShardRun.append(runs, run));
        added.forEach(run -> ShardRun.append(runs, run));
        boolean isUsual = runs.size() == 1 && runs.getFirst().shard() == TopicRecord.shardOf(topic.durability());
        return Result.of(isUsual ? List.of() : runs);
    }

    /**
     * Partitions of a dead-letter topic, each in the shard of its origin's partition of that number: a letter and the settling
     * of its record are one entry there.
     */
    private List<ShardRun> besideOrigin(TopicRecord topic, int first) {
        Optional<TopicRecord> origin = originOf(topic);
        List<ShardRun> beside = new ArrayList<>();
        int end = origin.map(TopicRecord::partitionCount).orElse(0);
        for (int i = first; i < Math.min(end, topic.partitionCount()); i++) {
            beside.add(new ShardRun(origin.orElseThrow().shard(i), i, i + 1));
        }
        return beside;
    }

    private Optional<TopicRecord> originOf(TopicRecord topic) {
        if (!cluster.isCluster() || !topic.name().endsWith(DeliveryConfigs.DEAD_LETTER_SUFFIX)) {
            return Optional.empty();
        }
        String name = topic.name().substring(0, topic.name().length() - DeliveryConfigs.DEAD_LETTER_SUFFIX.length());
        return state.named(name)
                .map(MetadataState.Versioned::topic)
                .filter(origin -> origin.durability() == topic.durability());
    }

    private List<Integer> emptiestFirst(Durability durability) {
        List<Integer> shards = cluster.shards();
        if (durability != Durability.FSYNC || shards.isEmpty()) {
            return List.of(TopicRecord.shardOf(durability));
        }
        return shards.stream()
                .sorted(Comparator.<Integer>comparingLong(state::partitionsOf).thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
