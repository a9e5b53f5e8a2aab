package io.sluice.broker;

import io.sluice.broker.access.AccessControl;
import io.sluice.broker.access.AuthorizerSettings;
import io.sluice.broker.api.Access;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.api.UserService;
import io.sluice.broker.append.AppendCounters;
import io.sluice.broker.append.Appender;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStanding;
import io.sluice.broker.compaction.CompactedPartition;
import io.sluice.broker.compaction.Compaction;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.delivery.ForwardedDeliveries;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.broker.delivery.PeerLetters;
import io.sluice.broker.dynamic.ConfigsState;
import io.sluice.broker.dynamic.LocalConfigs;
import io.sluice.broker.forward.Forwarding;
import io.sluice.broker.group.GroupCoordinator;
import io.sluice.broker.group.SlotMoves;
import io.sluice.broker.move.Mover;
import io.sluice.broker.move.SlotMover;
import io.sluice.broker.quota.LocalQuotas;
import io.sluice.broker.quota.QuotaState;
import io.sluice.broker.quota.QuotaTable;
import io.sluice.broker.quota.QuotaWindows;
import io.sluice.broker.quota.TrackedMeters;
import io.sluice.broker.read.CountingReads;
import io.sluice.broker.read.ReadCounters;
import io.sluice.broker.retention.Housekeeping;
import io.sluice.broker.retention.RetainedPartition;
import io.sluice.broker.security.LocalSecurity;
import io.sluice.broker.security.SecurityState;
import io.sluice.broker.stream.LocalStreams;
import io.sluice.broker.topic.ForwardedTopics;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.MetadataRuntime;
import io.sluice.broker.topic.MetadataState;
import io.sluice.broker.topic.MovesImage;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.broker.topic.PartitionPaths;
import io.sluice.broker.topic.ProducerIdBlocks;
import io.sluice.broker.topic.StreamAppends;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.common.PeerServices;
import io.sluice.log.disk.Disk;
import io.sluice.replication.BackupProgress;
import io.sluice.replication.BackupSummary;
import io.sluice.replication.Compactor;
import io.sluice.replication.Durability;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Replication;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.Shard;
import io.sluice.replication.ShardSpec;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The broker of one node: it makes the state machines, opens the shards they live in, and offers the services over them.
 * Any thread may use it between {@link #open} and {@link #stop}.
 */
public final class LocalBroker implements Broker, MetricSource {
    /** Of a broker alone. */
    private static final int NODE_ID = 1;

    /** In a cluster the shard may be waiting for a majority. */
    private static final long STREAMS_SHOWN_MS = 10_000;

    /** At some 300 bytes each. */
    private static final int QUOTA_METERS_MAX = 20_000;

    private final Replication replication;
    private final ClusterState clusterState;
    private final Optional<Membership> membership;
    private final int nodeId;
    private final ShardMap shards;
    private final LiveConfigs live;
    private final LocalTopics topics;
    private final LocalConfigs configs;
    private final ClusterService cluster;
    private final GroupService groups;
    private final LocalDeliveries deliveries;
    private final DeliveryService servedDeliveries;
    private final ProducerIdService producerIds;
    private final AccessControl access;
    private final LocalSecurity security;
    private final LocalQuotas quotas;
    private final AppendCounters appends = new AppendCounters();
    private final ReadCounters reads = new ReadCounters();
    private final LocalStreams streams;
    private final Housekeeping housekeeping;
    private final Compactor compactor;
    private final Compaction compaction;
    private final Optional<Mover> mover;
    private final Optional<SlotMover> slotMover;
    private volatile LoggerService loggers = LoggerService.NONE;

    private LocalBroker(LiveConfigs live, Surroundings around, Parts parts) {
        this.live = live;
        this.replication = parts.replication();
        this.groups = parts.groups();
        this.deliveries = parts.deliveries();
        this.access = parts.access();
        this.security = parts.security();
        this.clusterState = parts.cluster();
        this.nodeId = parts.node().map(each -> each.node().identity().nodeId()).orElse(NODE_ID);
        this.membership = membership(around, parts);
        this.shards = new ShardMap(clusterState, nodeId, this::heard, this::isReachable);
        parts.groupPlaces().become(replication, shards, nodeId);
        Shard metadataShard = replication.shard(ReplicationShards.METADATA);
        CommandRunner runner = membership.<CommandRunner>map(Membership::runner).orElse(metadataShard);
        membership.ifPresent(member -> takeForwarded(member.forwarding(), around, parts));
        MetadataRuntime metadata = new MetadataRuntime(parts.metadata(), runner, shards);
        this.producerIds = new ProducerIdBlocks(metadata);
        this.quotas = new LocalQuotas(
                parts.quotas(),
                parts.quotaTable(),
                new TrackedMeters(parts.quotaTable(), QuotaWindows.of(live.values()), around.clock(), QUOTA_METERS_MAX),
                runner);
        ReplicationShards dataShards = new ReplicationShards(replication, membership.isEmpty(), around.blocking());
        this.topics = new LocalTopics(
                metadata,
                dataShards,
                new PartitionPaths(
                        new Appender(around.clock(), appends), new CountingReads(reads), this::streamAppends),
                live,
                around.random());
        this.configs = new LocalConfigs(parts.configs(), runner, live, topics, nodeId);
        this.cluster = new LocalCluster(replication, topics, shards, membership, nodeId);
        parts.securityRunner().become(runner);
        membership.ifPresent(member -> member.whenLeadershipChanges(topics::leadershipChanged));
        this.streams = parts.streams().serve(replication, topics, live, around, this::leaderOf);
        topics.whenDeleted(new ForgottenTopics(parts.groups()));
        parts.groupTopics().become(topics);
        topics.addListener(new GroupNews(parts.groups()::topicsChanged));
        DeliveryNode deliveryNode =
                new DeliveryNode(topics, dataShards, live, metadataShard, around.clock(), deliveries);
        deliveries.become(deliveryNode);
        DeliveryLeaders leaders = new DeliveryLeaders(topics, cluster, nodeId);
        this.servedDeliveries = replication
                .peers()
                .map(peers -> served(peers, deliveryNode, leaders, around.blocking()))
                .orElse(deliveries);
        parts.groups().deliverBy(new ShareGroupDeliveries(servedDeliveries));
        topics.addListener(deliveryNode);
        this.mover = membership.flatMap(member -> mover(dataShards, around));
        this.slotMover = membership.flatMap(member -> slotMover(member, dataShards, parts.groups(), around));
        this.housekeeping = new Housekeeping(this::retainedPartitions, live, around.clock(), around.threads());
        this.compactor = replication.compactor();
        this.compaction =
                new Compaction(this::compactedPartitions, live, appends::batchCount, around.clock(), around.threads());
    }

    private Optional<Mover> mover(ReplicationShards dataShards, Surroundings around) {
        return replication
                .peers()
                .map(peers -> new Mover(
                        topics,
                        new Mover.Node(
                                nodeId,
                                new NodeMoves(dataShards, shards, deliveries),
                                peers,
                                around.clock(),
                                around.threads(),
                                around.blocking(),
                                () -> live.get(BrokerConfigs.MOVE_BYTES_PER_SECOND))));
    }

    private Optional<SlotMover> slotMover(
            Membership member, ReplicationShards dataShards, GroupCoordinator coordinator, Surroundings around) {
        NodeSlots slots =
                new NodeSlots(clusterState, dataShards, shards, topics, new SlotMoves(coordinator), member.commands());
        return replication.peers().map(peers -> new SlotMover(nodeId, slots, peers, around.clock(), around.threads()));
    }

    /** Where there are other nodes deliveries, and their dead letters, reach these. */
    private static DeliveryService served(
            PeerServices peers, DeliveryNode node, DeliveryLeaders leaders, Executor blocking) {
        LocalDeliveries local = node.deliveries();
        local.becomeOneOf(new PeerLetters(peers, leaders, node, blocking));
        return new ForwardedDeliveries(local, peers, leaders);
    }

    private static Optional<Membership> membership(Surroundings around, Parts parts) {
        Membership.Parts needed =
                new Membership.Parts(around.clock(), around.threads(), parts::machines, parts::forget);
        return parts.replication()
                .peers()
                .flatMap(peers -> parts.node()
                        .map(node -> new Membership(parts.replication(), peers, node, parts.cluster(), needed)));
    }

    private void takeForwarded(Forwarding forwarding, Surroundings around, Parts parts) {
        Shard shard = replication.shard(ReplicationShards.METADATA);
        ForwardedTopics.accept(forwarding, new MetadataRuntime(parts.metadata(), shard, shards), live, around.random());
        LocalConfigs.accept(forwarding, parts.configs(), shard, live);
        LocalQuotas.accept(forwarding, parts.quotas(), shard);
        LocalSecurity.accept(forwarding, parts.securityState(), shard);
    }

    /**
     * What the parts of the broker are given.
     *
     * @param blocking a thread of its own for each task, which may wait for the disk or for other nodes
     */
    record Surroundings(Clock clock, RandomGenerator random, ThreadFactory threads, Executor blocking) {}

    private record Parts(
            Replication replication,
            Optional<BrokerCluster> node,
            MetadataState metadata,
            ClusterState cluster,
            ConfigsState configs,
            GroupCoordinator groups,
            GroupPlaces groupPlaces,
            BrokerTopics groupTopics,
            LocalDeliveries deliveries,
            AccessControl access,
            LocalSecurity security,
            SecurityState securityState,
            LateRunner securityRunner,
            QuotaState quotas,
            QuotaTable quotaTable,
            StreamParts streams) {
        /** Of a shard that was added as the cluster grew. */
        List<StateMachine> machines(int shard) {
            List<StateMachine> machines = new ArrayList<>(groups.machines(shard));
            machines.addAll(deliveries.machines(shard));
            return machines;
        }

        void forget(int shard) {
            groups.forget(shard);
            deliveries.forget(shard);
        }
    }

    /**
     * Opens the data directory and recovers what it holds; returns when every topic is open. {@code random} must be safe
     * for several threads. Throws what {@link Replication#open} throws.
     */
    public static LocalBroker open(
            BrokerSettings settings,
            ReplicationSettings replicationSettings,
            Disk disk,
            Clock clock,
            RandomGenerator random,
            ThreadFactory threads) {
        return open(settings, replicationSettings, Optional.empty(), disk, clock, random, threads);
    }

    /**
     * The same as a node of a cluster, if there is one: then topics open as the others let them, and {@link #join} must be
     * called once clients can connect.
     */
    public static LocalBroker open(
            BrokerSettings settings,
            ReplicationSettings replicationSettings,
            Optional<BrokerCluster> node,
            Disk disk,
            Clock clock,
            RandomGenerator random,
            ThreadFactory threads) {
        List<Integer> first = node.map(BrokerCluster::firstReplicas).orElse(List.of());
        LiveConfigs live = new LiveConfigs(settings.values());
        MetadataState metadata = new MetadataState();
        ClusterState cluster =
                new ClusterState(node.map(BrokerCluster::shardsLeast).orElse(1));
        SecurityState securityState = new SecurityState();
        LateRunner securityRunner = new LateRunner();
        AccessControl access = new AccessControl(AuthorizerSettings.of(settings.values()), clock);
        LocalSecurity security = new LocalSecurity(securityState, access, securityRunner);
        QuotaTable quotaTable = new QuotaTable();
        QuotaState quotas = new QuotaState(quotaTable);
        ConfigsState configs = new ConfigsState();
        // In a cluster others change the metadata as soon as it is open.
        StreamParts streams = new StreamParts(node.isPresent() ? UnaryOperator.identity() : metadata::sameId);
        GroupPlaces groupPlaces = new GroupPlaces(cluster);
        BrokerTopics groupTopics = new BrokerTopics();
        GroupCoordinator groups = new GroupCoordinator(groupPlaces, GroupLimits.of(live), groupTopics, random);
        LocalDeliveries deliveries = new LocalDeliveries(new LiveDeliveryOptions(live), threads);
        List<StateMachine> ofMetadata = List.of(metadata, securityState, configs, quotas, cluster);
        Replication replication = Replication.open(
                replicationSettings,
                shards(ofMetadata, groups, deliveries, streams, first),
                node.map(BrokerCluster::node),
                disk,
                clock,
                random,
                threads);
        streams.opened();
        LocalBroker broker = new LocalBroker(
                live,
                new Surroundings(clock, random, threads, Executors.newThreadPerTaskExecutor(threads)),
                new Parts(
                        replication,
                        node,
                        metadata,
                        cluster,
                        configs,
                        groups,
                        groupPlaces,
                        groupTopics,
                        deliveries,
                        access,
                        security,
                        securityState,
                        securityRunner,
                        quotas,
                        quotaTable,
                        streams));
        broker.start();
        return broker;
    }

    private static List<ShardSpec> shards(
            List<StateMachine> ofMetadata,
            GroupCoordinator groups,
            LocalDeliveries deliveries,
            StreamParts streams,
            List<Integer> first) {
        List<StateMachine> ofFsync = new ArrayList<>(groups.machines(ReplicationShards.FSYNC));
        ofFsync.addAll(deliveries.machines(ReplicationShards.FSYNC));
        ofFsync.add(streams.synced().stateMachine());
        List<StateMachine> ofOs = new ArrayList<>(deliveries.machines(ReplicationShards.OS));
        ofOs.add(streams.unsynced().stateMachine());
        List<StateMachine> ofMemory = deliveries.machines(ReplicationShards.MEMORY);
        return List.of(
                new ShardSpec(ReplicationShards.METADATA, Durability.FSYNC, ofMetadata, first),
                new ShardSpec(ReplicationShards.FSYNC, Durability.FSYNC, ofFsync, first, streams.synced()::sameId),
                new ShardSpec(ReplicationShards.OS, Durability.OS, ofOs, first, streams.unsynced()::sameId),
                new ShardSpec(ReplicationShards.MEMORY, Durability.MEMORY, ofMemory));
    }

    private Optional<ShardMap.Lead> heard(int shard) {
        return replication.find(shard).map(Shard::leadership).map(leadership -> {
            int leader = leadership.leaderId() > 0 ? leadership.leaderId() : PartitionPlacement.NOBODY;
            return new ShardMap.Lead(leader, leadership.term());
        });
    }

    private boolean isReachable(int node) {
        return membership.map(member -> member.isReachable(node)).orElse(true);
    }

    /**
     * Becomes a node with these addresses: registers them, and does from now on what the cluster's metadata says; founds a
     * cluster of that replication factor if there is none yet. Without effect where there is no cluster. Once.
     */
    public void join(NodeRecord self, int replicationFactor) {
        membership.ifPresent(member -> member.start(self, replicationFactor));
        mover.ifPresent(Mover::start);
        slotMover.ifPresent(SlotMover::start);
    }

    /** Runs the task once the others have removed this node, on a thread that it must not keep. Before {@link #join}. */
    public void whenRemoved(Runnable task) {
        membership.ifPresent(member -> member.whenRemoved(task));
    }

    /** How the nodes stand that answer within a second; nothing where there is no cluster. */
    public CompletableFuture<Map<Integer, NodeStanding>> standings() {
        return membership.map(Membership::standings).orElseGet(() -> CompletableFuture.completedFuture(Map.of()));
    }

    /** Nodes and shards as committed; that of a broker alone is empty. */
    public ClusterImage clusterImage() {
        return clusterState.image();
    }

    /** The node that leads the shard as far as this one knows; {@link PartitionPlacement#NOBODY} if there is none. */
    public int leaderOf(int shard) {
        return shards.leader(shard).nodeId();
    }

    /** Whether messages get through to the node from here. */
    public boolean reaches(int node) {
        return shards.isReachable(node);
    }

    /** Hears of every committed change of nodes and shards, on an apply thread: it hands over only. */
    public void onClusterChange(Consumer<ClusterImage> listener) {
        clusterState.addListener(listener);
    }

    /** Changes of the cluster; none where there is no cluster. */
    public Optional<ClusterCommands> clusterCommands() {
        return membership.map(Membership::commands);
    }

    /**
     * Begins to move a partition to another shard, or says only whether that is possible; answers the shard that it lies in.
     * POLICY_VIOLATION with the reason, UNKNOWN_TOPIC_OR_PARTITION.
     */
    public CompletableFuture<Result<Integer>> movePartition(
            String topic, int partition, int shard, boolean validateOnly) {
        return topics.beginMove(topic, partition, shard, validateOnly);
    }

    /** Takes such a move back, if the partition has not arrived yet. POLICY_VIOLATION, NO_REASSIGNMENT_IN_PROGRESS. */
    public CompletableFuture<Result<Long>> takeMoveBack(String topic, int partition) {
        return topics.find(topic)
                .flatMap(found -> topics.moves().move(found.id(), partition))
                .map(topics::takeMoveBack)
                .orElseGet(() -> CompletableFuture.completedFuture(Result.failed(
                        ErrorCode.NO_REASSIGNMENT_IN_PROGRESS,
                        "partition " + topic + "-" + partition + " does not move")));
    }

    /** Partitions on their way to other shards. */
    public List<MovingPartition> movingPartitions() {
        return topics.moves().moving().stream()
                .flatMap(move -> topics.find(move.topicId()).map(topic -> moving(topic, move)).stream())
                .toList();
    }

    private MovingPartition moving(Topic topic, PartitionMove move) {
        long copiedTo = replication
                .find(move.to())
                .map(shard -> shard.partitionOf(move.number(), move.topicId(), move.partition()))
                .map(PartitionReplica::endOffset)
                .orElse(-1L);
        long endOffset = replication
                .find(move.from())
                .map(shard -> shard.partition(move.topicId(), move.partition()))
                .map(PartitionReplica::endOffset)
                .orElse(-1L);
        return new MovingPartition(topic.name(), move, copiedTo, endOffset);
    }

    /**
     * Empty once it has caught up with what it keeps, hears who leads it and has a say in it, and always where it is alone;
     * else what is still to come, in words.
     */
    public Optional<String> whyNotReady() {
        return membership.flatMap(Membership::whyNotReady);
    }

    /** Gives away what it leads to other nodes, and takes nothing more, before a stop; waits some seconds at most. */
    public void handOver() {
        membership.ifPresent(Membership::handOverEverything);
    }

    private void start() {
        // In this order: topics have the broker's values where they have none of their own.
        started("configurations could not be read", configs.start().join());
        ErrorCode topicsOpened = topics.start().join();
        if (membership.isEmpty()) {
            started("topics could not be opened", topicsOpened);
        }
        var unused = deliveries.forgetDropped();
        var unusedShown = streams.start()
                .completeOnTimeout(false, STREAMS_SHOWN_MS, TimeUnit.MILLISECONDS)
                .join();
        replication.nameTopics(id -> topics.find(id).map(Topic::name));
        housekeeping.start(live, topics::repair);
        compaction.start();
    }

    private void started(String failure, ErrorCode error) {
        if (error != ErrorCode.NONE) {
            replication.stop();
            throw new IllegalStateException(failure + ": " + error.text());
        }
    }

    private StreamAppends streamAppends() {
        return streams;
    }

    private Iterable<RetainedPartition> retainedPartitions() {
        List<RetainedPartition> partitions = new ArrayList<>();
        topics.forEachReplica((topic, replica) -> {
            if (replica.isLeading()) {
                RetainedPartition partition = new ReplicaPartition(topic.settings(), replica, compactor);
                partitions.add(LocalStreams.isStream(topic) ? new RetainedStream(partition, streams) : partition);
            }
        });
        return partitions;
    }

    private Iterable<CompactedPartition> compactedPartitions() {
        List<CompactedPartition> partitions = new ArrayList<>();
        MovesImage moves = topics.moves();
        topics.forEachReplica((topic, replica) -> {
            // A pass amid a copy may take tombstones away that the copy needs: it would begin again.
            if (topic.settings().cleanup().compacts()
                    && !LocalStreams.isStream(topic)
                    && moves.move(topic.id(), replica.index()).isEmpty()) {
                partitions.add(new ReplicaPartition(topic.settings(), replica, compactor));
            }
        });
        return partitions;
    }

    /** Refuses new work, finishes what is queued, writes checkpoints and unlocks the directory. Safe to call twice. */
    public void stop() {
        membership.ifPresent(Membership::stop);
        mover.ifPresent(Mover::stop);
        slotMover.ifPresent(SlotMover::stop);
        compaction.stop();
        housekeeping.stop();
        replication.stop();
    }

    @Override
    public TopicService topics() {
        return topics;
    }

    @Override
    public ConfigService configs() {
        return configs;
    }

    /** The configurations as they are now, for whoever runs in this process. */
    public LiveConfigs live() {
        return live;
    }

    @Override
    public GroupService groups() {
        return groups;
    }

    @Override
    public DeliveryService deliveries() {
        return servedDeliveries;
    }

    @Override
    public StreamService streams() {
        return streams;
    }

    @Override
    public QuotaService quotas() {
        return quotas;
    }

    @Override
    public ProducerIdService producerIds() {
        return producerIds;
    }

    /** As {@link Replication#backup}. */
    public BackupSummary backup(Path target, Optional<Path> earlier, BackupProgress progress) {
        return replication.backup(target, earlier, progress);
    }

    @Override
    public LoggerService loggers() {
        return loggers;
    }

    /** Puts the process's log behind {@link #loggers()}: only the program around the broker knows what writes it. */
    public void useLoggers(LoggerService service) {
        loggers = service;
    }

    @Override
    public AccessRuleService accessRules() {
        return security;
    }

    @Override
    public UserService users() {
        return security;
    }

    @Override
    public Access access() {
        return Access.UNRESTRICTED;
    }

    @Override
    public Broker as(Caller caller) {
        return access.viewOf(this, caller);
    }

    /** Nobody's view: there is nothing to end. */
    @Override
    public void leave() {}

    /** Users and rules with their secrets, for doors that check passwords; nothing of it goes to a client. */
    public LocalSecurity security() {
        return security;
    }

    @Override
    public ClusterService cluster() {
        return cluster;
    }

    @Override
    public String clusterId() {
        return replication.clusterId();
    }

    @Override
    public int nodeId() {
        return nodeId;
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        Collection<Topic> all = topics.all();
        long partitionCount = all.stream().mapToLong(Topic::partitionCount).sum();
        consumer.accept(Metric.gauge("sluice_topics", "Topics.", all.size()));
        consumer.accept(Metric.gauge("sluice_partitions", "Partitions of all topics.", partitionCount));
        consumer.accept(Metric.gauge(
                "sluice_partition_moves",
                "Partitions on their way to other shards.",
                topics.moves().moving().size()));
        consumer.accept(Metric.gauge(
                "sluice_group_slots", "Slots of groups that this node coordinates, of 64.", shards.slotsLedHere()));
        appends.collect(consumer);
        reads.collect(consumer);
        deliveries.collect(consumer);
        quotas.collect(consumer);
        housekeeping.collect(consumer);
        security.collect(consumer);
        compaction.collect(consumer);
        replication.collect(consumer);
    }
}
