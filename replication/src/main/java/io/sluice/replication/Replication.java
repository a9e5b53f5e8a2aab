package io.sluice.replication;

import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.log.disk.Disk;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** All shards of this node, their threads, and the data directory. */
public final class Replication implements MetricSource {
    private Replication() {}

    /**
     * Locks the data directory, checks or writes its format, recovers every shard and starts its threads; returns when
     * all entries are applied. Throws {@link io.sluice.log.disk.DiskLockedException}, {@link UnusableDirectoryException}
     * or {@link io.sluice.replication.journal.DamagedJournalException}.
     */
    public static Replication open(
            ReplicationSettings settings,
            List<ShardSpec> shards,
            Disk disk,
            Clock clock,
            RandomGenerator random,
            ThreadFactory threads) {
        throw new IllegalStateException();
    }

    /** The shard of the id, which must be among those that were opened. */
    public Shard shard(int id) {
        throw new IllegalStateException();
    }

    /** Identity of the cluster as the data directory has it. */
    public String clusterId() {
        return "";
    }

    /** Refuses new work, finishes what is queued, writes checkpoints, unlocks. Safe to call twice. */
    public void stop() {}

    @Override
    public void collect(Consumer<Metric> consumer) {}
}
