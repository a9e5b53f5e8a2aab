package io.sluice.broker.topic;

import java.util.ArrayList;
import java.util.List;

/**
 * Partitions of a topic that lie side by side in one shard.
 *
 * @param shard its id
 * @param from first partition
 * @param to the one after the last
 */
public record ShardRun(int shard, int from, int to) {
    /** How many partitions. */
    public int count() {
        return to - from;
    }

    /** Adds a run behind the others: neighbours in one shard are one run, and empty ones are none. */
    static void append(List<ShardRun> runs, ShardRun next) {
        if (next.count() == 0) {
            return;
        }
        if (!runs.isEmpty() && runs.getLast().shard() == next.shard()) {
            ShardRun last = runs.removeLast();
            runs.add(new ShardRun(last.shard(), last.from(), next.to()));
        } else {
            runs.add(next);
        }
    }

    /** These partitions spread evenly over the shards, the first ones getting one more where it does not come out even. */
    static List<ShardRun> spread(int from, int to, List<Integer> shards) {
        List<ShardRun> runs = new ArrayList<>();
        int next = from;
        for (int i = 0; i < shards.size() && next < to; i++) {
            int left = shards.size() - i;
            int count = (to - next + left - 1) / left;
            runs.add(new ShardRun(shards.get(i), next, next + count));
            next += count;
        }
        return List.copyOf(runs);
    }
}
