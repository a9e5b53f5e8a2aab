package io.sluice.replication;

import io.sluice.common.BufferPool;
import io.sluice.common.Check;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.PeerServices;
import io.sluice.common.TopicId;
import io.sluice.log.KeyMemory;
import io.sluice.log.OpenFiles;
import io.sluice.log.disk.Disk;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** All shards of this node, their threads, and the data directory. */
public final class Replication implements MetricSource {
    private static final int CHUNK_BYTES = 1 << 20;

    /** Two million keys at most, those of each segment for themselves. */
    private static final long KEY_BYTES_MAX = 64L << 20;

    /** The metadata and the first shard of records; others are made at first use. */
    private static final int ALWAYS_OPEN = 1;

    /** So many journals a node of a cluster of three has, and some more. */
    private static final int CLUSTER_JOURNALS = 8;

    /** Shards below are what every node begins with. */
    private static final int FIRST_ADDED = 4;

    private final NodeParts node;
    private final NodeThreads threads;
    private final DataDirectory directory;
    private final Map<Integer, ShardSpec> specs = new TreeMap<>();
    private final Map<Integer, Shard> shards = new ConcurrentSkipListMap<>();
    private final CheckpointLoop checkpoints;
    private final Scrub scrub;
    private final AtomicBoolean isBackingUp = new AtomicBoolean();
    private boolean stopped;

    private Replication(NodeParts node, DataDirectory directory, List<ShardSpec> shardSpecs) {
        this.node = node;
        this.threads = node.threads();
        this.directory = directory;
        shardSpecs.forEach(spec -> specs.put(spec.id(), spec));
        this.checkpoints = new CheckpointLoop(node, shards.values());
        this.scrub = new Scrub(node, shards.values());
        node.member().ifPresent(member -> member.begin(node, checkpoints, id -> Optional.ofNullable(shards.get(id))));
    }

    /**
     * Locks the data directory, checks or writes its format, recovers every shard and starts its threads; returns when
     * all entries are applied. The first two shards are always open, others that were never used open at their first use. A
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
        return open(settings, shards, Optional.empty(), disk, clock, random, threads);
    }

    /**
     * The same as a part of a cluster, if there is one: then the others are not waited for, entries behind the checkpoints
     * are applied as their shards' leaders say that they are committed, and further shards may be added.
     */
    public static Replication open(
            ReplicationSettings settings,
            List<ShardSpec> shards,
            Optional<ClusterNode> cluster,
            Disk disk,
            Clock clock,
            RandomGenerator random,
            ThreadFactory threads) {
        ReplicationSettings fitted = settings.fittedTo(
                disk.totalBytes(settings.directory()), journalCount(settings, shards, cluster.isPresent(), disk));
        DataDirectory directory =
                DataDirectory.open(disk, settings.directory(), cluster.map(ClusterNode::identity), random);
        NodeThreads nodeThreads = new NodeThreads(threads);
        Optional<GroupMember> member = joining(directory, cluster, nodeThreads, clock);
        int chunksKept = (int) ((settings.tailBytes() + settings.queueBytes()) / CHUNK_BYTES) + 1;
        NodeParts node = new NodeParts(
                fitted,
                disk,
                clock,
                random,
                nodeThreads,
                new OpenFiles(settings.openFilesMax(), new KeyMemory(KEY_BYTES_MAX, random)),
                new BufferPool(CHUNK_BYTES, chunksKept),
                new TailBudget(fitted.tailBytes(), Runtime.getRuntime().maxMemory()),
                new SegmentWriter(clock),
                new DamageRegister(member.isPresent()),
                new FreeSpace(),
                new CopyPace(clock, settings.copyBytesPerSecond()),
                member);
        Replication replication = new Replication(node, directory, shards);
        try {
            replication.start();
            return replication;
        } catch (RuntimeException failure) {
            replication.abandon();
            throw failure;
        }
    }

    /** Those that there will be, as far as can be told: a cluster adds some later. */
    private static int journalCount(
            ReplicationSettings settings, List<ShardSpec> shards, boolean isClustered, Disk disk) {
        int there = DataDirectory.shards(disk, settings.directory()).size();
        long specified = shards.stream()
                .filter(spec -> spec.durability() != Durability.MEMORY)
                .count();
        return (int) Math.max(Math.max(there, specified), isClustered ? CLUSTER_JOURNALS : 0);
    }

    private static Optional<GroupMember> joining(
            DataDirectory directory, Optional<ClusterNode> cluster, NodeThreads threads, Clock clock) {
        try {
            return cluster.map(part -> new GroupMember(part, threads, clock));
        } catch (RuntimeException failure) {
            directory.close();
            throw failure;
        }
    }

    private void start() {
        node.member().ifPresent(this::checkOtherParts);
        node.segments().start(node.threads());
        for (ShardSpec spec : specs.values()) {
            if (isOpenedAtStart(spec)) {
                shard(spec.id());
            }
        }
        if (node.member().isEmpty()) {
            markLostHistory();
        }
        checkpoints.start();
        scrub.start();
    }

    /** Of a group that is younger than its first checkpoint the metadata's members say whether there are others. */
    private void checkOtherParts(GroupMember member) {
        List<Integer> first = specs.values().stream()
                .findFirst()
                .map(spec -> member.known(node.disk(), path(spec.id()), spec.firstReplicas()))
                .orElse(List.of());
        Set<Path> opened = specs.keySet().stream().map(this::path).collect(Collectors.toSet());
        for (Path shard : DataDirectory.shards(node.disk(), node.settings().directory())) {
            if (!opened.contains(shard)) {
                ShardRecovery.checkPart(member, node.disk(), shard, first);
            }
        }
    }

    private boolean isOpenedAtStart(ShardSpec spec) {
        boolean isPossible = node.member().isEmpty() || spec.durability() != Durability.MEMORY;
        return isPossible && (spec.id() <= ALWAYS_OPEN || isOnDisk(spec.id()));
    }

    /** After a power cut what an {@code os} shard had acknowledged may be gone: its partitions' epochs say so. */
    private void markLostHistory() {
        if (directory.isInAnotherBoot()) {
            for (Shard shard : shards.values()) {
                if (shard.durability() == Durability.OS && shard.wasUnclean()) {
                    shard.table().topics().forEach(topic -> markLostHistory(shard, topic));
                }
            }
        }
        directory.rememberBoot();
    }

    private void markLostHistory(Shard shard, PartitionTable.TopicEntry topic) {
        ControlEntry lost = new ControlEntry.HistoryLost(topic.id(), 0, topic.partitionCount());
        ErrorCode error = threads.await(shard.propose(lost));
        Check.check(error == ErrorCode.NONE, "the lost history of topic %s was not noted: %s", topic.id(), error);
    }

    private Path path(int shardId) {
        return node.settings().directory().resolve(DataDirectory.shardName(shardId));
    }

    /**
     * The shard of the id, which must be among those that were given; opened at first use, which may block. Throws {@link
     * IllegalStateException} if that comes after {@link #stop}.
     */
    public Shard shard(int id) {
        Shard known = shards.get(id);
        return known != null ? known : openShard(id);
    }

    /** The shard if it is open here; for those that may be removed at any time. */
    public Optional<Shard> find(int id) {
        return Optional.ofNullable(shards.get(id));
    }

    /** Adds a shard and opens it, which may block; nothing happens if there is one of its id. Throws what {@link #shard} throws. */
    public Shard addShard(ShardSpec spec) {
        synchronized (this) {
            specs.putIfAbsent(spec.id(), spec);
        }
        return shard(spec.id());
    }

    /**
     * Closes a shard that was added, if it is open, and deletes what this node keeps of it; whoever still holds one of its
     * partitions is told that it is gone. Nothing happens the second time, or after {@link #stop}. Blocks for some seconds at
     * most. Throws {@link IllegalArgumentException} for one of those that every node has.
     */
    public synchronized void removeShard(int id) {
        if (id < FIRST_ADDED) {
            throw new IllegalArgumentException("shard " + id + " is not one that was added");
        }
        if (stopped) {
            return;
        }
        specs.remove(id);
        Shard shard = shards.remove(id);
        if (shard != null) {
            node.tails().closed();
            // The loop has its own copy of a pass at most: behind this it does not know the shard any more.
            threads.await(checkpoints.ask(() -> {
                shard.checkpointer().end();
                return true;
            }));
            try {
                shard.abandon(threads);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        directory.removeShard(id);
    }

    /** Ids of the shards that are open here. */
    public Set<Integer> openShards() {
        return Set.copyOf(shards.keySet());
    }

    /** What nodes of the cluster ask each other; empty where this node stands alone. */
    public Optional<PeerServices> peers() {
        return node.member().map(GroupMember::services);
    }

    /** Whether the shard was used before, so that {@link #shard} does not block. */
    public boolean isOpen(int id) {
        return shards.containsKey(id);
    }

    /** Whether this node has a part of the shard in its data directory, open or not. */
    public boolean isOnDisk(int id) {
        return node.disk().exists(path(id));
    }

    private synchronized Shard openShard(int id) {
        Shard known = shards.get(id);
        if (known != null) {
            return known;
        }
        if (stopped) {
            throw new IllegalStateException("the node stops");
        }
        ShardSpec spec = specs.get(id);
        if (spec == null) {
            throw new IllegalArgumentException("there is no shard " + id);
        }
        if (node.member().isPresent() && spec.durability() == Durability.MEMORY) {
            throw new IllegalArgumentException("a cluster has no shards in memory");
        }
        Shard shard = new Shard(spec, node, path(id));
        shard.start(node);
        shards.put(id, shard);
        node.tails().opened();
        return shard;
    }

    /** Compacts partitions of these shards; use it before {@link #stop}, on one thread. */
    public Compactor compactor() {
        return new Compactor(node, shard -> checkpoints.ask(shard.checkpointer()::write));
    }

    /** From now on damage is logged with the names of the topics; what was found before is logged at once. */
    public void nameTopics(Function<TopicId, Optional<String>> names) {
        node.damage().nameTopics(names);
    }

    /**
     * Copies everything that was acknowledged before this call into a new directory, from which {@link Restoration} makes a
     * data directory again; sealed segments that an earlier backup has too are shared with it where the disk can. Durable on
     * return. Takes as long as {@code progress} lets it; blocks. Throws {@link BackupRefusedException}, and {@link
     * io.sluice.log.disk.DiskException} if a file cannot be read or written: what is there then is no backup.
     */
    public BackupSummary backup(Path target, Optional<Path> earlier, BackupProgress progress) {
        Backup backup = new Backup(node, target, earlier, progress);
        backup.check();
        if (!isBackingUp.compareAndSet(false, true)) {
            throw new BackupRefusedException("a backup is being made already; wait for its end");
        }
        Map<Shard, CheckpointFile.Content> held = new LinkedHashMap<>();
        try {
            for (Shard shard : Backup.inOrder(shards.values())) {
                Optional<CheckpointFile.Content> content = threads.await(checkpoints.ask(shard.checkpointer()::hold));
                held.put(
                        shard,
                        content.orElseThrow(() -> new BackupRefusedException(
                                "no checkpoint can be written because the disk is full; make room first")));
            }
            return backup.run(held);
        } finally {
            var unused = checkpoints.ask(() -> {
                held.keySet().forEach(shard -> shard.checkpointer().letGo());
                return true;
            });
            isBackingUp.set(false);
        }
    }

    /** Writes a checkpoint of the shard now; false if the disk is full. */
    boolean checkpoint(int shardId) {
        return threads.await(askForCheckpoint(shardId));
    }

    /** The same without waiting for it; fails if the node stops first. */
    public CompletableFuture<Boolean> askForCheckpoint(int shardId) {
        return checkpoints.ask(shard(shardId).checkpointer()::write);
    }

    /** Identity of the cluster as the data directory has it. */
    public String clusterId() {
        return directory.identity().clusterId();
    }

    /** The data directory. */
    public Path path() {
        return node.settings().directory();
    }

    /** Bytes of the file system that holds the data directory; may block. */
    public long totalBytes() {
        return node.disk().totalBytes(path());
    }

    /** Bytes that can still be written there; may block. */
    public long usableBytes() {
        return node.disk().usableBytes(path());
    }

    /**
     * Refuses new work, finishes what is queued, writes checkpoints, unlocks. Nothing happens the second time. Throws {@link
     * java.util.concurrent.CompletionException} if a thread of the node has died.
     */
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
                shard.checkpointer().letAllGo();
                // What only memory was promised goes with the process: nothing of it needs to reach the disk any more.
                boolean isClean = shard.durability() != Durability.MEMORY
                        && shard.checkpointer().write();
                shard.stop(isClean);
            }
            node.segments().stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        node.member().ifPresent(GroupMember::close);
        directory.close();
    }

    /** Ends without a word to the disk: for a start that failed, and for tests of crashes. */
    void abandon() {
        // Before the threads: those of the engine and of its helpers do not end by being interrupted.
        node.member().ifPresent(member -> {
            shards.values().forEach(shard -> shard.journal().stop(false));
            member.close();
        });
        threads.abandon();
        directory.close();
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        new NodeMetrics(node, shards.values()).collect(consumer);
        scrub.collect(consumer);
        node.damage().collect(consumer);
    }
}
