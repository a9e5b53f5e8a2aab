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
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.api.UserService;
import io.sluice.broker.append.AppendCounters;
import io.sluice.broker.append.Appender;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.compaction.CompactedPartition;
import io.sluice.broker.compaction.Compaction;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.broker.dynamic.ConfigsState;
import io.sluice.broker.dynamic.LocalConfigs;
import io.sluice.broker.group.GroupCoordinator;
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
import io.sluice.broker.topic.LocalTopics;
import io.sluice.broker.topic.MetadataRuntime;
import io.sluice.broker.topic.MetadataState;
import io.sluice.broker.topic.PartitionPaths;
import io.sluice.broker.topic.ProducerIdBlocks;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.log.disk.Disk;
import io.sluice.replication.BackupProgress;
import io.sluice.replication.BackupSummary;
import io.sluice.replication.Compactor;
import io.sluice.replication.Durability;
import io.sluice.replication.Replication;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.ShardSpec;
import io.sluice.replication.runtime.StateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The broker of one node: it makes the state machines, opens the shards they live in, and offers the services over them.
 * Any thread may use it between {@link #open} and {@link #stop}.
 */
public final class LocalBroker implements Broker, MetricSource {
    private static final int NODE_ID = 1;
    /** At some 300 bytes each. */
    private static final int QUOTA_METERS_MAX = 20_000;

    private final Replication replication;
    private final LiveConfigs live;
    private final LocalTopics topics;
    private final LocalConfigs configs;
    private final ClusterService cluster;
    private final GroupService groups;
    private final LocalDeliveries deliveries;
    private final ProducerIdService producerIds;
    private final AccessControl access;
    private final LocalSecurity security;
    private final LocalQuotas quotas;
    private final AppendCounters appends;
    private final ReadCounters reads;
    private final Housekeeping housekeeping;
    private final Compactor compactor;
    private final Compaction compaction;
    private volatile LoggerService loggers = LoggerService.NONE;

    private LocalBroker(LiveConfigs live, Surroundings around, Parts parts) {
        this.live = live;
        this.replication = parts.replication();
        this.groups = parts.groups();
        this.deliveries = parts.deliveries();
        this.access = parts.access();
        this.security = parts.security();
        this.appends = new AppendCounters();
        this.reads = new ReadCounters();
        ShardMap shards = new ShardMap(parts.cluster(), NODE_ID, this::heard, node -> true);
        MetadataRuntime metadata =
                new MetadataRuntime(parts.metadata(), replication.shard(ReplicationShards.METADATA), shards);
        this.producerIds = new ProducerIdBlocks(metadata);
        this.quotas = new LocalQuotas(
                parts.quotas(),
                parts.quotaTable(),
                new TrackedMeters(parts.quotaTable(), QuotaWindows.of(live.values()), around.clock(), QUOTA_METERS_MAX),
                replication.shard(ReplicationShards.METADATA));
        ReplicationShards dataShards = new ReplicationShards(
                replication, true, task -> around.threads().newThread(task).start());
        this.topics = new LocalTopics(
                metadata,
                dataShards,
                new PartitionPaths(new Appender(around.clock(), appends), new CountingReads(reads)),
                live,
                around.random());
        this.configs =
                new LocalConfigs(parts.configs(), replication.shard(ReplicationShards.METADATA), live, topics, NODE_ID);
        this.cluster = new LocalCluster(replication, topics, shards, NODE_ID);
        topics.whenDeleted(parts.groups()::forgetTopic);
        parts.groupTopics().become(topics);
        topics.addListener(new GroupNews(parts.groups()));
        DeliveryNode deliveryNode = new DeliveryNode(topics, dataShards, around.clock(), deliveries);
        deliveries.become(deliveryNode);
        parts.groups().deliverBy(new ShareGroupDeliveries(deliveries));
        topics.addListener(deliveryNode);
        this.housekeeping = new Housekeeping(this::retainedPartitions, live, around.clock(), around.threads());
        this.compactor = replication.compactor();
        this.compaction =
                new Compaction(this::compactedPartitions, live, appends::batchCount, around.clock(), around.threads());
    }

    private record Surroundings(Clock clock, RandomGenerator random, ThreadFactory threads) {}

    private record Parts(
            Replication replication,
            MetadataState metadata,
            ClusterState cluster,
            ConfigsState configs,
            GroupCoordinator groups,
            BrokerTopics groupTopics,
            LocalDeliveries deliveries,
            AccessControl access,
            LocalSecurity security,
            QuotaState quotas,
            QuotaTable quotaTable) {}

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
        LiveConfigs live = new LiveConfigs(settings.values());
        MetadataState metadata = new MetadataState();
        ClusterState cluster = new ClusterState();
        SecurityState securityState = new SecurityState();
        LateRunner securityRunner = new LateRunner();
        AccessControl access = new AccessControl(AuthorizerSettings.of(settings.values()), clock);
        LocalSecurity security = new LocalSecurity(securityState, access, securityRunner);
        QuotaTable quotaTable = new QuotaTable();
        QuotaState quotas = new QuotaState(quotaTable);
        ConfigsState configs = new ConfigsState();
        LateRunner groupRunner = new LateRunner();
        BrokerTopics groupTopics = new BrokerTopics();
        GroupCoordinator groups = new GroupCoordinator(groupRunner, GroupLimits.of(live), groupTopics, random);
        LocalDeliveries deliveries = new LocalDeliveries(new LiveDeliveryOptions(live), threads);
        List<StateMachine> ofFsync = new ArrayList<>(groups.machines());
        ofFsync.addAll(deliveries.machines(ReplicationShards.FSYNC));
        Replication replication = Replication.open(
                replicationSettings,
                List.of(
                        new ShardSpec(
                                ReplicationShards.METADATA,
                                Durability.FSYNC,
                                List.of(metadata, securityState, configs, quotas, cluster)),
                        new ShardSpec(ReplicationShards.FSYNC, Durability.FSYNC, ofFsync),
                        new ShardSpec(ReplicationShards.OS, Durability.OS, deliveries.machines(ReplicationShards.OS)),
                        new ShardSpec(
                                ReplicationShards.MEMORY,
                                Durability.MEMORY,
                                deliveries.machines(ReplicationShards.MEMORY))),
                disk,
                clock,
                random,
                threads);
        groupRunner.become(replication.shard(ReplicationShards.FSYNC));
        securityRunner.become(replication.shard(ReplicationShards.METADATA));
        LocalBroker broker = new LocalBroker(
                live,
                new Surroundings(clock, random, threads),
                new Parts(
                        replication,
                        metadata,
                        cluster,
                        configs,
                        groups,
                        groupTopics,
                        deliveries,
                        access,
                        security,
                        quotas,
                        quotaTable));
        broker.start();
        return broker;
    }

    private Optional<ShardMap.Lead> heard(int shard) {
        return replication.isOpen(shard)
                ? Optional.of(
                        new ShardMap.Lead(NODE_ID, replication.shard(shard).term()))
                : Optional.empty();
    }

    private void start() {
        // In this order: topics have the broker's values where they have none of their own.
        started("configurations could not be read", configs.start().join());
        started("topics could not be opened", topics.start().join());
        var unused = deliveries.forgetDropped();
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

    private Iterable<RetainedPartition> retainedPartitions() {
        List<RetainedPartition> partitions = new ArrayList<>();
        topics.forEachReplica((topic, replica) -> {
            if (replica.isLeading()) {
                partitions.add(new ReplicaPartition(topic.settings(), replica, compactor));
            }
        });
        return partitions;
    }

    private Iterable<CompactedPartition> compactedPartitions() {
        List<CompactedPartition> partitions = new ArrayList<>();
        topics.forEachReplica((topic, replica) -> {
            if (topic.settings().cleanup().compacts()) {
                partitions.add(new ReplicaPartition(topic.settings(), replica, compactor));
            }
        });
        return partitions;
    }

    /** Refuses new work, finishes what is queued, writes checkpoints and unlocks the directory. Safe to call twice. */
    public void stop() {
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
        return deliveries;
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
        return NODE_ID;
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        Collection<Topic> all = topics.all();
        long partitionCount = all.stream().mapToLong(Topic::partitionCount).sum();
        consumer.accept(Metric.gauge("sluice_topics", "Topics.", all.size()));
        consumer.accept(Metric.gauge("sluice_partitions", "Partitions of all topics.", partitionCount));
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
