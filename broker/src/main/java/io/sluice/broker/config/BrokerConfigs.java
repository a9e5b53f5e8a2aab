package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The broker's configurations: names, defaults and bounds of
 * <a href="https://kafka.apache.org/43/configuration/broker-configs/">Kafka 4.3</a>, and a few of Sluice's own, which
 * begin with {@code sluice.}.
 */
public final class BrokerConfigs {
    /** No record, batch or request part is larger in any protocol. */
    public static final int LARGEST_BATCH_BYTES = 15 << 20;

    /** No topic has more partitions. */
    public static final int LARGEST_PARTITION_COUNT = 100_000;

    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long DAY_MS = 24 * 60 * MINUTE_MS;
    private static final String NO_TIERS = "tiered storage is not built yet";
    private static final String ONE_NODE = "this version runs on one node";
    private static final String COMPACTION_ONLY = " Without effect where cleanup.policy does not name compact.";

    public static final ConfigKey<Boolean> AUTO_CREATE_TOPICS = ConfigKey.of(
            "auto.create.topics.enable",
            ConfigType.BOOLEAN,
            true,
            Bounds.any(),
            "Whether a topic that a client asks for is created with the broker's defaults.");
    public static final ConfigKey<Boolean> DELETE_TOPICS = ConfigKey.of(
            "delete.topic.enable", ConfigType.BOOLEAN, true, Bounds.any(), "Whether topics can be deleted.");
    public static final ConfigKey<Integer> PARTITION_COUNT = ConfigKey.of(
            "num.partitions",
            ConfigType.INT,
            1,
            Bounds.between(1, LARGEST_PARTITION_COUNT),
            "Partitions of a topic that is created without a number of its own.");
    public static final ConfigKey<Integer> PARTITIONS_MAX = ConfigKey.of(
                    "sluice.partitions.max",
                    ConfigType.INT,
                    200_000,
                    Bounds.between(1, 10_000_000),
                    "Partitions of all topics together; creating more is refused with POLICY_VIOLATION.")
            .clusterWide();
    public static final ConfigKey<Long> MOVE_BYTES_PER_SECOND = ConfigKey.of(
                    "sluice.move.bytes.per.second",
                    ConfigType.LONG,
                    16L << 20,
                    Bounds.atLeast(1L << 10),
                    "Bytes of records that each partition on its way to another shard is copied with per second at most.")
            .clusterWide();
    public static final ConfigKey<Integer> REPLICATION_FACTOR = ConfigKey.of(
            "default.replication.factor",
            ConfigType.INT,
            1,
            Bounds.only(1, ONE_NODE),
            "Replicas of a topic that is created without a number of its own.");
    public static final ConfigKey<String> DURABILITY = ConfigKey.of(
                    "sluice.durability",
                    ConfigType.STRING,
                    "fsync",
                    Bounds.oneOf("fsync", "os", "memory"),
                    "When an append is acknowledged: fsync = synced to disk; os = handed to the operating system, survives the"
                            + " death of the process but not of the machine; memory = gone with the process.")
            .clusterWide();
    public static final ConfigKey<String> REDIS_DURABILITY = ConfigKey.of(
            "redis.durability",
            ConfigType.STRING,
            "fsync",
            Bounds.oneOf("fsync", "os"),
            "What the reply to an XADD means for streams made through Redis: fsync = synced to disk; os = handed to the"
                    + " operating system. Streams made under the other value are served under that one only.");
    static final ConfigKey<String> REDIS_IDS = ConfigKey.of(
            "sluice.redis.ids",
            ConfigType.STRING,
            "offset",
            Bounds.oneOf("offset", "time"),
            "Where Redis clients get a record's id from: offset = it is the record's offset + 1; time = the record carries it,"
                    + " as in streams that were made through Redis, which alone have it.");
    public static final ConfigKey<String> CLEANUP_POLICY = ConfigKey.of(
                    "log.cleanup.policy",
                    ConfigType.LIST,
                    "delete",
                    CleanupPolicy.BOUNDS,
                    "What happens to old segments: delete removes them by log.retention.ms, log.retention.bytes and"
                            + " sluice.retention.records; compact keeps the newest record of each key in the end; both may be"
                            + " named, and an empty list keeps everything.")
            .clusterWide();
    public static final ConfigKey<String> COMPRESSION_TYPE = ConfigKey.of(
                    "compression.type",
                    ConfigType.STRING,
                    "producer",
                    Bounds.only("producer", "batches are kept as producers compressed them"),
                    "Compression of stored batches: producer keeps each as it came.")
            .clusterWide();
    public static final ConfigKey<Integer> GZIP_LEVEL = ConfigKey.of(
                    "compression.gzip.level",
                    ConfigType.INT,
                    -1,
                    new Bounds<>("must be -1 or from 1 to 9", level -> level == -1 || level >= 1 && level <= 9),
                    "Level of gzip. Without effect while compression.type is producer.")
            .clusterWide();
    public static final ConfigKey<Integer> LZ4_LEVEL = ConfigKey.of(
                    "compression.lz4.level",
                    ConfigType.INT,
                    9,
                    Bounds.between(1, 17),
                    "Level of lz4. Without effect while compression.type is producer.")
            .clusterWide();
    public static final ConfigKey<Integer> ZSTD_LEVEL = ConfigKey.of(
                    "compression.zstd.level",
                    ConfigType.INT,
                    3,
                    Bounds.between(-131_072, 22),
                    "Level of zstd. Without effect while compression.type is producer.")
            .clusterWide();
    public static final ConfigKey<Integer> MESSAGE_MAX_BYTES = ConfigKey.of(
                    "message.max.bytes",
                    ConfigType.INT,
                    1_048_588,
                    Bounds.between(0, LARGEST_BATCH_BYTES),
                    "Largest batch accepted, as compressed by the producer.")
            .clusterWide();
    public static final ConfigKey<String> TIMESTAMP_TYPE = ConfigKey.of(
                    "log.message.timestamp.type",
                    ConfigType.STRING,
                    "CreateTime",
                    Bounds.oneOf("CreateTime", "LogAppendTime"),
                    "Whether records keep the producer's timestamp or get the broker's.")
            .clusterWide();
    public static final ConfigKey<Long> TIMESTAMP_BEFORE_MAX_MS = ConfigKey.of(
                    "log.message.timestamp.before.max.ms",
                    ConfigType.LONG,
                    Long.MAX_VALUE,
                    Bounds.atLeast(0L),
                    "How far behind the broker's clock a record's timestamp may lie; further is INVALID_TIMESTAMP."
                            + " Without effect for LogAppendTime.")
            .clusterWide();
    public static final ConfigKey<Long> TIMESTAMP_AFTER_MAX_MS = ConfigKey.of(
                    "log.message.timestamp.after.max.ms",
                    ConfigType.LONG,
                    60 * MINUTE_MS,
                    Bounds.atLeast(0L),
                    "How far ahead of the broker's clock a record's timestamp may lie; further is INVALID_TIMESTAMP."
                            + " Without effect for LogAppendTime.")
            .clusterWide();
    public static final ConfigKey<Integer> MIN_INSYNC_REPLICAS = ConfigKey.of(
                    "min.insync.replicas",
                    ConfigType.INT,
                    1,
                    Bounds.only(1, ONE_NODE),
                    "Replicas that hold an append before it is acknowledged.")
            .clusterWide();
    public static final ConfigKey<Boolean> UNCLEAN_ELECTION = ConfigKey.of(
                    "unclean.leader.election.enable",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.only(false, "acknowledged records are never given up for availability"),
                    "Whether a replica that misses acknowledged records may lead.")
            .clusterWide();
    public static final ConfigKey<Long> RETENTION_MS = ConfigKey.of(
                    "log.retention.ms",
                    ConfigType.LONG,
                    7 * DAY_MS,
                    Bounds.atLeast(-1L),
                    "Segments whose records are all older are removed; -1 keeps them.")
            .clusterWide();
    public static final ConfigKey<Long> RETENTION_BYTES = ConfigKey.of(
                    "log.retention.bytes",
                    ConfigType.LONG,
                    -1L,
                    Bounds.any(),
                    "The oldest segments of a partition are removed while the others hold at least so many bytes; a negative"
                            + " number keeps them.")
            .clusterWide();
    public static final ConfigKey<Long> RETENTION_RECORDS = ConfigKey.of(
                    "sluice.retention.records",
                    ConfigType.LONG,
                    -1L,
                    Bounds.atLeast(-1L),
                    "The oldest records of a partition are removed while it has more than so many; -1 keeps them.")
            .clusterWide();
    public static final ConfigKey<Long> RETENTION_CHECK_INTERVAL_MS = ConfigKey.of(
            "log.retention.check.interval.ms",
            ConfigType.LONG,
            5 * MINUTE_MS,
            Bounds.atLeast(1L),
            "How often retention looks for segments to remove.");
    public static final ConfigKey<Integer> SEGMENT_BYTES = ConfigKey.of(
                    "log.segment.bytes",
                    ConfigType.INT,
                    1 << 30,
                    Bounds.atLeast(1 << 20),
                    "A segment ends before it grows larger. A larger batch is refused with RECORD_LIST_TOO_LARGE.")
            .clusterWide();
    public static final ConfigKey<Long> ROLL_MS = ConfigKey.of(
                    "log.roll.ms",
                    ConfigType.LONG,
                    7 * DAY_MS,
                    Bounds.atLeast(1L),
                    "A segment ends once its records span so much time, so that retention can remove it.")
            .clusterWide();
    public static final ConfigKey<Long> ROLL_JITTER_MS = ConfigKey.of(
                    "log.roll.jitter.ms",
                    ConfigType.LONG,
                    0L,
                    Bounds.only(0L, "segments end at the same record on every replica"),
                    "Random shortening of log.roll.ms.")
            .clusterWide();
    public static final ConfigKey<Integer> INDEX_INTERVAL_BYTES = ConfigKey.of(
                    "log.index.interval.bytes",
                    ConfigType.INT,
                    4096,
                    Bounds.atLeast(0),
                    "Bytes of records between two entries of a segment's indexes.")
            .clusterWide();
    public static final ConfigKey<Integer> INDEX_MAX_BYTES = ConfigKey.of(
                    "log.index.size.max.bytes",
                    ConfigType.INT,
                    10 << 20,
                    Bounds.atLeast(4),
                    "Largest index of a segment. Accepted and without effect: indexes are not preallocated.")
            .clusterWide();
    public static final ConfigKey<Boolean> PREALLOCATE = ConfigKey.of(
                    "log.preallocate",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.only(false, "the journal is preallocated, segments are not"),
                    "Whether segment files are created at their full size.")
            .clusterWide();
    public static final ConfigKey<Long> FLUSH_MESSAGES = ConfigKey.of(
                    "log.flush.interval.messages",
                    ConfigType.LONG,
                    Long.MAX_VALUE,
                    Bounds.atLeast(1L),
                    "Accepted and without effect: with sluice.durability=fsync every acknowledged append is synced already.")
            .clusterWide();
    public static final ConfigKey<Long> FLUSH_MS = ConfigKey.of(
                    "log.flush.interval.ms",
                    ConfigType.LONG,
                    Long.MAX_VALUE,
                    Bounds.atLeast(0L),
                    "Accepted and without effect: with sluice.durability=fsync every acknowledged append is synced already.")
            .clusterWide();
    public static final ConfigKey<Long> FILE_DELETE_DELAY_MS = ConfigKey.of(
                    "log.segment.delete.delay.ms",
                    ConfigType.LONG,
                    MINUTE_MS,
                    Bounds.atLeast(0L),
                    "Accepted and without effect: files go once a checkpoint no longer names them.")
            .clusterWide();
    public static final ConfigKey<Long> DELETE_RETENTION_MS = ConfigKey.of(
                    "log.cleaner.delete.retention.ms",
                    ConfigType.LONG,
                    DAY_MS,
                    Bounds.atLeast(0L),
                    "How long compaction keeps tombstones." + COMPACTION_ONLY)
            .clusterWide();
    public static final ConfigKey<Long> MIN_COMPACTION_LAG_MS = ConfigKey.of(
                    "log.cleaner.min.compaction.lag.ms",
                    ConfigType.LONG,
                    0L,
                    Bounds.atLeast(0L),
                    "How long a record stays uncompacted at least." + COMPACTION_ONLY)
            .clusterWide();
    public static final ConfigKey<Long> MAX_COMPACTION_LAG_MS = ConfigKey.of(
                    "log.cleaner.max.compaction.lag.ms",
                    ConfigType.LONG,
                    Long.MAX_VALUE,
                    Bounds.atLeast(1L),
                    "How long a record stays uncompacted at most." + COMPACTION_ONLY)
            .clusterWide();
    public static final ConfigKey<Double> MIN_CLEANABLE_RATIO = ConfigKey.of(
                    "log.cleaner.min.cleanable.ratio",
                    ConfigType.DOUBLE,
                    0.5,
                    Bounds.between(0.0, 1.0),
                    "Share of uncompacted bytes at which compaction begins." + COMPACTION_ONLY)
            .clusterWide();
    public static final ConfigKey<Long> LOCAL_RETENTION_MS = ConfigKey.of(
                    "log.local.retention.ms",
                    ConfigType.LONG,
                    -2L,
                    Bounds.only(-2L, NO_TIERS),
                    "Time that records stay local; -2 = as long as they are kept.")
            .clusterWide();
    public static final ConfigKey<Long> LOCAL_RETENTION_BYTES = ConfigKey.of(
                    "log.local.retention.bytes",
                    ConfigType.LONG,
                    -2L,
                    Bounds.only(-2L, NO_TIERS),
                    "Bytes that stay local; -2 = as many as are kept.")
            .clusterWide();
    public static final ConfigKey<Integer> PRODUCER_EXPIRATION_MS = ConfigKey.of(
                    "producer.id.expiration.ms",
                    ConfigType.INT,
                    (int) DAY_MS,
                    Bounds.atLeast(1),
                    "A partition forgets an idempotent producer that has not appended for so long.")
            .clusterWide();
    public static final ConfigKey<Integer> PRODUCER_EXPIRATION_CHECK_MS = ConfigKey.of(
            "producer.id.expiration.check.interval.ms",
            ConfigType.INT,
            (int) (10 * MINUTE_MS),
            Bounds.atLeast(1),
            "How often idle producers are looked for.");
    public static final ConfigKey<Integer> GROUP_MIN_SESSION_MS = ConfigKey.of(
            "group.min.session.timeout.ms",
            ConfigType.INT,
            (int) (6 * SECOND_MS),
            Bounds.atLeast(1),
            "Shortest session timeout a member may ask for.");
    public static final ConfigKey<Integer> GROUP_MAX_SESSION_MS = ConfigKey.of(
            "group.max.session.timeout.ms",
            ConfigType.INT,
            (int) (30 * MINUTE_MS),
            Bounds.atLeast(1),
            "Longest session timeout a member may ask for.");
    public static final ConfigKey<Integer> GROUP_INITIAL_DELAY_MS = ConfigKey.of(
            "group.initial.rebalance.delay.ms",
            ConfigType.INT,
            (int) (3 * SECOND_MS),
            Bounds.atLeast(0),
            "How long an empty group waits for further members before its first rebalance.");
    public static final ConfigKey<Integer> GROUP_MAX_SIZE = ConfigKey.of(
            "group.max.size", ConfigType.INT, Integer.MAX_VALUE, Bounds.atLeast(1), "Members of one group.");
    public static final ConfigKey<Integer> GROUP_HEARTBEAT_WAIT_MS = ConfigKey.of(
            "sluice.group.heartbeat.wait.ms",
            ConfigType.INT,
            2_500,
            Bounds.between(0, 10_000),
            "How long the heartbeat of a classic member whose client can bear it may wait for a rebalance, so that the"
                    + " member learns of it at once; anything else the client sends ends the wait. 0 answers at once.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_SESSION_MS = ConfigKey.of(
            "group.consumer.session.timeout.ms",
            ConfigType.INT,
            (int) (45 * SECOND_MS),
            Bounds.atLeast(1),
            "How long a member that speaks the consumer protocol may be silent.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_MIN_SESSION_MS = ConfigKey.of(
            "group.consumer.min.session.timeout.ms",
            ConfigType.INT,
            (int) (45 * SECOND_MS),
            Bounds.atLeast(1),
            "Shortest consumer.session.timeout.ms that a group may have.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_MAX_SESSION_MS = ConfigKey.of(
            "group.consumer.max.session.timeout.ms",
            ConfigType.INT,
            (int) (60 * SECOND_MS),
            Bounds.atLeast(1),
            "Longest consumer.session.timeout.ms that a group may have.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_HEARTBEAT_MS = ConfigKey.of(
            "group.consumer.heartbeat.interval.ms",
            ConfigType.INT,
            (int) (5 * SECOND_MS),
            Bounds.atLeast(1),
            "Longest heartbeat interval given to members that speak the consumer protocol; the fewer there are, the"
                    + " shorter it is, so that rebalances are quick.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_MIN_HEARTBEAT_MS = ConfigKey.of(
            "group.consumer.min.heartbeat.interval.ms",
            ConfigType.INT,
            (int) (5 * SECOND_MS),
            Bounds.atLeast(1),
            "Shortest consumer.heartbeat.interval.ms that a group may have.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_MAX_HEARTBEAT_MS = ConfigKey.of(
            "group.consumer.max.heartbeat.interval.ms",
            ConfigType.INT,
            (int) (15 * SECOND_MS),
            Bounds.atLeast(1),
            "Longest consumer.heartbeat.interval.ms that a group may have.");
    public static final ConfigKey<Integer> GROUP_CONSUMER_MAX_SIZE = ConfigKey.of(
            "group.consumer.max.size",
            ConfigType.INT,
            Integer.MAX_VALUE,
            Bounds.atLeast(1),
            "Members of one group of the consumer protocol.");
    public static final ConfigKey<String> GROUP_CONSUMER_ASSIGNORS = ConfigKey.of(
            "group.consumer.assignors",
            ConfigType.LIST,
            "uniform,range",
            Bounds.oneOf("uniform,range", "range,uniform", "uniform", "range"),
            "Server-side assignors that members may ask for; the first is used if they do not.");
    public static final ConfigKey<String> GROUP_CONSUMER_MIGRATION = ConfigKey.of(
            "group.consumer.migration.policy",
            ConfigType.STRING,
            "bidirectional",
            Bounds.oneOf("bidirectional", "upgrade", "downgrade", "disabled"),
            "Which groups change between classic and consumer protocol while they run: upgrade with the first member"
                    + " that speaks the consumer protocol, downgrade with the last one gone.");
    public static final ConfigKey<Integer> OFFSET_METADATA_MAX_BYTES = ConfigKey.of(
            "offset.metadata.max.bytes",
            ConfigType.INT,
            4096,
            Bounds.atLeast(0),
            "Largest metadata of a committed offset.");
    public static final ConfigKey<Integer> OFFSETS_RETENTION_MINUTES = ConfigKey.of(
            "offsets.retention.minutes",
            ConfigType.INT,
            7 * 24 * 60,
            Bounds.atLeast(1),
            "How long the committed offsets of a group are kept after it became empty.");
    public static final ConfigKey<Long> OFFSETS_RETENTION_CHECK_MS = ConfigKey.of(
            "offsets.retention.check.interval.ms",
            ConfigType.LONG,
            10 * MINUTE_MS,
            Bounds.atLeast(1L),
            "How often expired offsets are looked for.");

    public static final ConfigKey<String> AUTHORIZER = ConfigKey.of(
            "sluice.authorizer",
            ConfigType.STRING,
            "off",
            Bounds.oneOf("off", "on"),
            "Whether access rules are asked: off = everybody may do everything; on = nobody may do anything without a"
                    + " rule, but for super.users.");

    public static final ConfigKey<String> SUPER_USERS = ConfigKey.of(
            "super.users",
            ConfigType.STRING,
            "",
            new Bounds<>("must be User:NAME;User:NAME", BrokerConfigs::arePrincipals),
            "Who may do everything, whatever the access rules say: User:NAME;User:NAME.");
    public static final ConfigKey<Boolean> OPEN_WITHOUT_RULE = ConfigKey.of(
            "allow.everyone.if.no.acl.found",
            ConfigType.BOOLEAN,
            false,
            Bounds.any(),
            "Whether everybody may do everything to a resource of which no access rule speaks.");

    /** All of them. */
    public static final ConfigTable TABLE = new ConfigTable("broker", all());

    private BrokerConfigs() {}

    private static boolean arePrincipals(String text) {
        for (String part : text.split(";", -1)) {
            if (!part.isBlank() && Principal.parse(part.strip()).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static List<ConfigKey<?>> all() {
        List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(List.of(AUTO_CREATE_TOPICS, DELETE_TOPICS, PARTITION_COUNT, PARTITIONS_MAX, REPLICATION_FACTOR));
        keys.addAll(List.of(DURABILITY, REDIS_DURABILITY, MIN_INSYNC_REPLICAS, UNCLEAN_ELECTION));
        keys.addAll(List.of(MESSAGE_MAX_BYTES, TIMESTAMP_TYPE, TIMESTAMP_BEFORE_MAX_MS, TIMESTAMP_AFTER_MAX_MS));
        keys.addAll(List.of(COMPRESSION_TYPE, GZIP_LEVEL, LZ4_LEVEL, ZSTD_LEVEL));
        keys.addAll(List.of(CLEANUP_POLICY, RETENTION_MS, RETENTION_BYTES, RETENTION_CHECK_INTERVAL_MS));
        keys.addAll(List.of(SEGMENT_BYTES, ROLL_MS, ROLL_JITTER_MS, INDEX_INTERVAL_BYTES, INDEX_MAX_BYTES));
        keys.addAll(List.of(PREALLOCATE, FLUSH_MESSAGES, FLUSH_MS, FILE_DELETE_DELAY_MS));
        keys.addAll(List.of(DELETE_RETENTION_MS, MIN_COMPACTION_LAG_MS, MAX_COMPACTION_LAG_MS, MIN_CLEANABLE_RATIO));
        keys.add(RETENTION_RECORDS);
        keys.add(MOVE_BYTES_PER_SECOND);
        keys.addAll(CompactionConfigs.all());
        keys.addAll(List.of(LOCAL_RETENTION_MS, LOCAL_RETENTION_BYTES));
        keys.addAll(List.of(PRODUCER_EXPIRATION_MS, PRODUCER_EXPIRATION_CHECK_MS));
        keys.addAll(List.of(GROUP_MIN_SESSION_MS, GROUP_MAX_SESSION_MS, GROUP_INITIAL_DELAY_MS, GROUP_MAX_SIZE));
        keys.add(GROUP_HEARTBEAT_WAIT_MS);
        keys.addAll(List.of(GROUP_CONSUMER_SESSION_MS, GROUP_CONSUMER_MIN_SESSION_MS, GROUP_CONSUMER_MAX_SESSION_MS));
        keys.addAll(
                List.of(GROUP_CONSUMER_HEARTBEAT_MS, GROUP_CONSUMER_MIN_HEARTBEAT_MS, GROUP_CONSUMER_MAX_HEARTBEAT_MS));
        keys.addAll(List.of(GROUP_CONSUMER_MAX_SIZE, GROUP_CONSUMER_ASSIGNORS, GROUP_CONSUMER_MIGRATION));
        keys.addAll(ShareConfigs.ofBroker());
        keys.addAll(List.of(OFFSET_METADATA_MAX_BYTES, OFFSETS_RETENTION_MINUTES, OFFSETS_RETENTION_CHECK_MS));
        keys.addAll(List.of(AUTHORIZER, SUPER_USERS, OPEN_WITHOUT_RULE));
        keys.addAll(ClientLimitConfigs.all());
        return keys;
    }

    /** Every configuration with the value in effect. */
    public static Collection<ConfigEntry> describe(BrokerLayers broker) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : TABLE.keys()) {
            entries.add(Synonyms.ofBroker(key, broker));
        }
        return entries;
    }

    /** What is set for all nodes, and only that: Kafka's answer about the broker without a name. */
    public static Collection<ConfigEntry> describeClusterDefault(BrokerLayers broker) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : TABLE.keys()) {
            if (broker.cluster().explicit().containsKey(key.name())) {
                entries.add(Synonyms.ofBroker(
                        key, new BrokerLayers(ConfigValues.NONE, broker.cluster(), ConfigValues.NONE)));
            }
        }
        return entries;
    }
}
