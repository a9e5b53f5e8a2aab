package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A topic as the metadata has it.
 *
 * @param id never used before
 * @param name see {@link TopicNames}
 * @param partitionCount from 1
 * @param durability what its appends promise, for its whole life
 * @param configs what was set at the topic
 * @param runs where its partitions lie, in their order and without a gap; none where all lie in the shard of its durability
 */
record TopicRecord(
        TopicId id,
        String name,
        int partitionCount,
        Durability durability,
        Map<String, String> configs,
        List<ShardRun> runs) {
    /** The shard that a broker alone has for durable topics. */
    static final int DURABLE_SHARD = 1;

    TopicRecord {
        configs = Map.copyOf(configs);
        runs = List.copyOf(runs);
    }

    /** A topic in the shard of its durability. */
    TopicRecord(TopicId id, String name, int partitionCount, Durability durability, Map<String, String> configs) {
        this(id, name, partitionCount, durability, configs, List.of());
    }

    /** The same with an equal object for its id. */
    TopicRecord of(TopicId sameId) {
        return sameId == id ? this : new TopicRecord(sameId, name, partitionCount, durability, configs, runs);
    }

    TopicRecord withConfigs(Map<String, String> others) {
        return new TopicRecord(id, name, partitionCount, durability, others, runs);
    }

    TopicRecord withPartitions(int count) {
        return new TopicRecord(id, name, count, durability, configs, runs);
    }

    TopicRecord withRuns(List<ShardRun> others) {
        if (others.equals(runs)) {
            return this;
        }
        return new TopicRecord(id, name, partitionCount, durability, configs, others);
    }

    /** The same with a partition in another shard. */
    TopicRecord withPartitionIn(int partition, int shard) {
        List<ShardRun> split = new ArrayList<>();
        for (ShardRun run : placed()) {
            if (partition < run.from() || partition >= run.to()) {
                ShardRun.append(split, run);
            } else {
                ShardRun.append(split, new ShardRun(run.shard(), run.from(), partition));
                ShardRun.append(split, new ShardRun(shard, partition, partition + 1));
                ShardRun.append(split, new ShardRun(run.shard(), partition + 1, run.to()));
            }
        }
        boolean isUsual = split.size() == 1 && split.getFirst().shard() == shardOf(durability);
        return withRuns(isUsual ? List.of() : split);
    }

    /** Where its partitions lie, spelled out. */
    List<ShardRun> placed() {
        return runs.isEmpty() ? List.of(new ShardRun(shardOf(durability), 0, partitionCount)) : runs;
    }

    /** The shard of a partition. */
    int shard(int partition) {
        for (ShardRun run : runs) {
            if (partition < run.to()) {
                return run.shard();
            }
        }
        return shardOf(durability);
    }

    /** The shard that a broker alone has for such topics. */
    static int shardOf(Durability durability) {
        return switch (durability) {
            case FSYNC -> DURABLE_SHARD;
            case OS -> 2;
            case MEMORY -> 3;
        };
    }
}
