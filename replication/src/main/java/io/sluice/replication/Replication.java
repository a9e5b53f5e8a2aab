package io.sluice.replication;

import io.sluice.common.BufferPool;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.TopicId;
import io.sluice.log.OpenFiles;
import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** All shards of this node, their threads, and the data directory. */
public final class Replication implements MetricSource {
    private static final int CHUNK_BYTES = 1 << 20;

    private final NodeParts node;
    private final NodeThreads threads;
    private final DataDirectory directory;
    private final Map<Integer, ShardSpec> specs = new TreeMap<>();
    private final Map<Integer, Shard> shards = new ConcurrentSkipListMap<>();
    private final CheckpointLoop checkpoints;
    private final Scrub scrub;
    private boolean stopped;

    private Replication(NodeParts node, DataDirectory directory, List<ShardSpec> shardSpecs) {
        this.node = node;
        this.threads = node.threads();
        this.directory = directory;
        shardSpecs.forEach(spec -> specs.put(spec.id(), spec));
        this.checkpoints = new CheckpointLoop(node, shards.values());
        this.scrub = new Scrub(node, shards.values());
    }

    /**
     * Locks the data directory, checks or writes its format, recovers every shard and starts its threads; returns when
     * all entries are applied. A shard without state machines that was never used is opened at its first use. A
     * failure of a thread ends that thread with the exception: the factory's handler must end the process. Throws
     * {@link io.sluice.log.disk.DiskLockedException}, {@link UnusableDirectoryException} or
     * {@link io.sluice.replication.journal.DamagedJournalException}.
     */
    public static Replication open(
            ReplicationSettings settings,
            List<ShardSpec> shards,
            Disk disk,
            Clock clock,
            RandomGenerator random,
            ThreadFactory threads) {
        DataDirectory directory = DataDirectory.open(disk, settings.directory(), random);
        ReplicationSettings fitted = settings.fittedTo(disk.totalBytes(settings.directory()));
        int chunksKept = (int) ((settings.tailBytes() + settings.queueBytes()) / CHUNK_BYTES) + 1;
        NodeThreads nodeThreads = new NodeThreads(threads);
        NodeParts node = new NodeParts(
                fitted,
                disk,
                clock,
                random,
                nodeThreads,
                new OpenFiles(settings.openFilesMax()),
                new BufferPool(CHUNK_BYTES, chunksKept),
                new SegmentWriter(clock),
                new DamageRegister(),
                new FreeSpace());
        Replication replication = new Replication(node, directory, shards);
        try {
            replication.start();
            return replication;
        } catch (RuntimeException failure) {
            replication.abandon();
            throw failure;
        }
    }

    private void start() {
        node.segments().start(node.threads());
        for (ShardSpec spec : specs.values()) {
            if (!spec.machines().isEmpty() || spec.id() == 1 || node.disk().exists(path(spec.id()))) {
                shard(spec.id());
            }
        }
        markLostHistory();
        checkpoints.start();
        scrub.start();
    }

    /** After a power cut what an {@code os} shard had acknowledged may be gone: its partitions' epochs say so. */
    private void markLostHistory() {
        if (directory.isInAnotherBoot()) {
            for (Shard shard : shards.values()) {
                if (shard.durability() == Durability.OS && shard.wasUnclean()) {
                    shard.table()
                            .topics()
                            .forEach(topic -> shard.propose(new ControlEntry.HistoryLost(
                                            topic.id(), 0, topic.replicas().size()))
                                    .join());
                }
            }
        }
        directory.rememberBoot();
    }

    private Path path(int shardId) {
        return node.settings().directory().resolve("shard-" + shardId);
    }

    /** The shard of the id, which must be among those that were given; opened at first use, which may block. */
    public Shard shard(int id) {
        Shard known = shards.get(id);
        return known != null ? known : openShard(id);
    }

    private synchronized Shard openShard(int id) {
        Shard known = shards.get(id);
        if (known != null) {
            return known;
        }
        ShardSpec spec = specs.get(id);
        if (spec == null) {
            throw new IllegalArgumentException("there is no shard " + id);
        }
        Shard shard = new Shard(spec, node, path(id));
        shard.start(node);
        shards.put(id, shard);
        return shard;
    }

    /** Compacts partitions of these shards; use it before {@link #stop}, on one thread. */
    public Compactor compactor() {
        return new Compactor(node);
    }

    /** From now on damage is logged with the names of the topics; what was found before is logged at once. */
    public void nameTopics(Function<TopicId, Optional<String>> names) {
        node.damage().nameTopics(names);
    }

    /** Identity of the cluster as the data directory has it. */
    public String clusterId() {
        return directory.clusterId();
    }

    /** Refuses new work, finishes what is queued, writes checkpoints, unlocks. Safe to call twice. */
    public synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            scrub.stop();
            checkpoints.stop();
            for (Shard shard : shards.values()) {
                shard.drain(threads);
                boolean isClean = shard.checkpointer().write();
                shard.stop(isClean);
            }
            node.segments().stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        directory.close();
    }

    /** Ends without a word to the disk: for a start that failed, and for tests of crashes. */
    void abandon() {
        threads.abandon();
        directory.close();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        shards.values().forEach(shard -> collect(shard, consumer));
        scrub.collect(consumer);
        node.damage().collect(consumer);
        consumer.accept(Metric.counter(
                "sluice_segment_written_bytes_total",
                "Bytes moved from memory into segment files.",
                node.segments().writtenBytes()));
        consumer.accept(Metric.gauge(
                "sluice_shared_buffer_bytes",
                "Direct memory of entries, tails and answers under way.",
                node.pool().outstandingBytes()));
    }

    private static void collect(Shard shard, Consumer<Metric> consumer) {
        Map<String, String> labels = Map.of("shard", Integer.toString(shard.id()));
        consumer.accept(new Metric(
                "sluice_journal_written_bytes_total",
                Metric.Kind.COUNTER,
                "Bytes of entries written to the journal.",
                labels,
                shard.journal().appendedBytes()));
        consumer.accept(new Metric(
                "sluice_journal_syncs_total",
                Metric.Kind.COUNTER,
                "Syncs of the journal.",
                labels,
                shard.journal().syncs()));
        consumer.accept(new Metric(
                "sluice_shard_queue_bytes",
                Metric.Kind.GAUGE,
                "Bytes that wait for commit.",
                labels,
                shard.queuedBytes()));
        consumer.accept(new Metric(
                "sluice_shard_tail_bytes",
                Metric.Kind.GAUGE,
                "Memory that holds the newest batches.",
                labels,
                shard.memory().heldBytes()));
        consumer.accept(new Metric(
                "sluice_shard_term", Metric.Kind.GAUGE, "Term of the shard's leader.", labels, shard.term()));
    }
}
