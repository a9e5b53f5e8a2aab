package io.sluice.broker.config;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The configurations of a topic, as
 * <a href="https://kafka.apache.org/43/configuration/topic-configs/">Kafka 4.3</a> lists them, and
 * {@code sluice.durability}. A value that this version cannot honour is refused, never ignored, unless honouring it
 * would change nothing.
 */
public final class TopicConfigs {
    public static final ConfigKey<String> CLEANUP_POLICY = BrokerConfigs.CLEANUP_POLICY.forTopic("cleanup.policy");
    public static final ConfigKey<Long> RETENTION_MS = BrokerConfigs.RETENTION_MS.forTopic("retention.ms");
    public static final ConfigKey<Long> RETENTION_BYTES = BrokerConfigs.RETENTION_BYTES.forTopic("retention.bytes");
    public static final ConfigKey<Integer> SEGMENT_BYTES = BrokerConfigs.SEGMENT_BYTES.forTopic("segment.bytes");
    public static final ConfigKey<Long> SEGMENT_MS = BrokerConfigs.ROLL_MS.forTopic("segment.ms");
    public static final ConfigKey<Integer> MAX_MESSAGE_BYTES =
            BrokerConfigs.MESSAGE_MAX_BYTES.forTopic("max.message.bytes");
    public static final ConfigKey<String> TIMESTAMP_TYPE =
            BrokerConfigs.TIMESTAMP_TYPE.forTopic("message.timestamp.type");
    public static final ConfigKey<Long> TIMESTAMP_BEFORE_MAX_MS =
            BrokerConfigs.TIMESTAMP_BEFORE_MAX_MS.forTopic("message.timestamp.before.max.ms");
    public static final ConfigKey<Long> TIMESTAMP_AFTER_MAX_MS =
            BrokerConfigs.TIMESTAMP_AFTER_MAX_MS.forTopic("message.timestamp.after.max.ms");
    public static final ConfigKey<Integer> INDEX_INTERVAL_BYTES =
            BrokerConfigs.INDEX_INTERVAL_BYTES.forTopic("index.interval.bytes");
    public static final ConfigKey<String> DURABILITY =
            BrokerConfigs.DURABILITY.forTopic("sluice.durability").readOnly();
    public static final ConfigKey<String> REDIS_IDS = BrokerConfigs.REDIS_IDS;
    static final ConfigKey<Long> MIN_COMPACTION_LAG_MS =
            BrokerConfigs.MIN_COMPACTION_LAG_MS.forTopic("min.compaction.lag.ms");
    static final ConfigKey<Long> MAX_COMPACTION_LAG_MS =
            BrokerConfigs.MAX_COMPACTION_LAG_MS.forTopic("max.compaction.lag.ms");

    static final ConfigKey<Double> MIN_DIRTY_RATIO =
            BrokerConfigs.MIN_CLEANABLE_RATIO.forTopic("min.cleanable.dirty.ratio");
    static final ConfigKey<Long> DELETE_RETENTION_MS =
            BrokerConfigs.DELETE_RETENTION_MS.forTopic("delete.retention.ms");
    static final ConfigKey<Long> RETENTION_RECORDS =
            BrokerConfigs.RETENTION_RECORDS.forTopic("sluice.retention.records");

    public static final ConfigKey<Boolean> DELIVERY_DELAY = ConfigKey.of(
                    "sluice.delivery.delay",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.any(),
                    "Whether records may ask, by the header sluice-deliver-at or sluice-delay, to be delivered to delivery"
                            + " groups not before a time.")
            .clusterWide();

    public static final ConfigKey<Boolean> DEAD_LETTERS_TAKEN = ConfigKey.of(
                    "errors.deadletterqueue.group.enable",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.any(),
                    "Whether groups may have their dead letters written here, without rights of their own (KIP-1191).")
            .clusterWide();

    private static final String NO_TIERS = "tiered storage is not built yet";
    private static final String NO_THROTTLE = "replication is not throttled by this list";

    /**
     * Kafka's hook for tests that need many small segments; as there, accepted and not listed.
     * It wins over {@link #SEGMENT_BYTES}.
     */
    static final ConfigKey<Integer> INTERNAL_SEGMENT_BYTES = ConfigKey.of(
                    "internal.segment.bytes",
                    ConfigType.INT,
                    1 << 30,
                    Bounds.atLeast(1),
                    "Size of a segment, for tests only.")
            .clusterWide();

    /** What DescribeConfigs lists. */
    public static final ConfigTable TABLE = new ConfigTable("topic", listed());

    /** What a client may set: the listed ones and those for tests. */
    static final ConfigTable ACCEPTED = new ConfigTable("topic", accepted());

    private TopicConfigs() {}

    /** Checks what a client wants to set; INVALID_CONFIG names what is wrong. */
    public static Result<ConfigValues> check(Map<String, String> explicit, ConfigValues broker) {
        Result<ConfigValues> checked = ACCEPTED.check(explicit);
        if (!checked.isOk()) {
            return checked;
        }
        long least = effective(MIN_COMPACTION_LAG_MS, checked.get(), broker);
        long most = effective(MAX_COMPACTION_LAG_MS, checked.get(), broker);
        if (least > most) {
            return Result.failed(
                    ErrorCode.INVALID_CONFIG,
                    MIN_COMPACTION_LAG_MS.name() + " (" + least + ") is larger than " + MAX_COMPACTION_LAG_MS.name()
                            + " (" + most + ")");
        }
        return checked;
    }

    static <T> T effective(ConfigKey<T> key, ConfigValues topic, ConfigValues broker) {
        return topic.find(key).or(() -> key.synonym().flatMap(broker::find)).orElse(key.standard());
    }

    private static List<ConfigKey<?>> listed() {
        List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(List.of(CLEANUP_POLICY, RETENTION_MS, RETENTION_BYTES, SEGMENT_BYTES, SEGMENT_MS));
        keys.addAll(List.of(MAX_MESSAGE_BYTES, TIMESTAMP_TYPE, TIMESTAMP_BEFORE_MAX_MS, TIMESTAMP_AFTER_MAX_MS));
        keys.addAll(List.of(INDEX_INTERVAL_BYTES, DURABILITY, REDIS_IDS, MIN_COMPACTION_LAG_MS, MAX_COMPACTION_LAG_MS));
        keys.add(BrokerConfigs.COMPRESSION_TYPE.forTopic("compression.type"));
        keys.add(BrokerConfigs.GZIP_LEVEL.forTopic("compression.gzip.level"));
        keys.add(BrokerConfigs.LZ4_LEVEL.forTopic("compression.lz4.level"));
        keys.add(BrokerConfigs.ZSTD_LEVEL.forTopic("compression.zstd.level"));
        keys.add(BrokerConfigs.MIN_INSYNC_REPLICAS.forTopic("min.insync.replicas"));
        keys.add(BrokerConfigs.UNCLEAN_ELECTION.forTopic("unclean.leader.election.enable"));
        keys.add(BrokerConfigs.ROLL_JITTER_MS.forTopic("segment.jitter.ms"));
        keys.add(BrokerConfigs.INDEX_MAX_BYTES.forTopic("segment.index.bytes"));
        keys.add(BrokerConfigs.PREALLOCATE.forTopic("preallocate"));
        keys.add(BrokerConfigs.FLUSH_MESSAGES.forTopic("flush.messages"));
        keys.add(BrokerConfigs.FLUSH_MS.forTopic("flush.ms"));
        keys.add(BrokerConfigs.FILE_DELETE_DELAY_MS.forTopic("file.delete.delay.ms"));
        keys.addAll(List.of(DELETE_RETENTION_MS, MIN_DIRTY_RATIO, RETENTION_RECORDS));
        keys.add(BrokerConfigs.LOCAL_RETENTION_MS.forTopic("local.retention.ms"));
        keys.add(BrokerConfigs.LOCAL_RETENTION_BYTES.forTopic("local.retention.bytes"));
        keys.addAll(withoutBrokerDefault());
        keys.addAll(List.of(DELIVERY_DELAY, DEAD_LETTERS_TAKEN));
        keys.addAll(DeliveryConfigs.KEYS);
        return keys;
    }

    private static List<ConfigKey<?>> withoutBrokerDefault() {
        return List.of(
                off("remote.storage.enable", "Whether closed segments move to tiered storage."),
                off("remote.log.copy.disable", "Whether tiered storage is read only."),
                off("remote.log.delete.on.disable", "Whether switching tiered storage off deletes its segments."),
                empty("leader.replication.throttled.replicas", "Replicas whose leader sends at a limited rate."),
                empty("follower.replication.throttled.replicas", "Replicas that fetch at a limited rate."));
    }

    private static ConfigKey<Boolean> off(String name, String documentation) {
        return ConfigKey.of(name, ConfigType.BOOLEAN, false, Bounds.only(false, NO_TIERS), documentation)
                .clusterWide();
    }

    private static ConfigKey<String> empty(String name, String documentation) {
        return ConfigKey.of(name, ConfigType.LIST, "", Bounds.only("", NO_THROTTLE), documentation)
                .clusterWide();
    }

    private static List<ConfigKey<?>> accepted() {
        List<ConfigKey<?>> keys = new ArrayList<>(listed());
        keys.add(INTERNAL_SEGMENT_BYTES);
        return keys;
    }
}
