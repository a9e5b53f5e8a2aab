package io.sluice.broker.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Configurations of share groups, as <a href="https://kafka.apache.org/43/configuration/broker-configs/">Kafka 4.3</a>
 * names them: the broker's, and those of a group, which default to them.
 */
public final class ShareConfigs {
    public static final ConfigKey<Integer> BROKER_SESSION_MS = ConfigKey.of(
            "group.share.session.timeout.ms",
            ConfigType.INT,
            45_000,
            Bounds.atLeast(1),
            "How long a member of a share group may be silent.");
    public static final ConfigKey<Integer> MIN_SESSION_MS = ConfigKey.of(
            "group.share.min.session.timeout.ms",
            ConfigType.INT,
            45_000,
            Bounds.atLeast(1),
            "Shortest share.session.timeout.ms that a group may have.");
    public static final ConfigKey<Integer> MAX_SESSION_MS = ConfigKey.of(
            "group.share.max.session.timeout.ms",
            ConfigType.INT,
            60_000,
            Bounds.atLeast(1),
            "Longest share.session.timeout.ms that a group may have.");
    public static final ConfigKey<Integer> BROKER_HEARTBEAT_MS = ConfigKey.of(
            "group.share.heartbeat.interval.ms",
            ConfigType.INT,
            5_000,
            Bounds.atLeast(1),
            "Longest heartbeat interval given to members of share groups; the fewer there are, the shorter it is.");
    public static final ConfigKey<Integer> MIN_HEARTBEAT_MS = ConfigKey.of(
            "group.share.min.heartbeat.interval.ms",
            ConfigType.INT,
            5_000,
            Bounds.atLeast(1),
            "Shortest share.heartbeat.interval.ms that a group may have.");
    public static final ConfigKey<Integer> MAX_HEARTBEAT_MS = ConfigKey.of(
            "group.share.max.heartbeat.interval.ms",
            ConfigType.INT,
            15_000,
            Bounds.atLeast(1),
            "Longest share.heartbeat.interval.ms that a group may have.");
    public static final ConfigKey<Integer> MAX_SIZE = ConfigKey.of(
            "group.share.max.size", ConfigType.INT, 200, Bounds.between(1, 1_000), "Members of one share group.");
    public static final ConfigKey<Integer> MAX_SESSIONS = ConfigKey.of(
            "group.share.max.share.sessions",
            ConfigType.INT,
            2_000,
            Bounds.atLeast(1),
            "Share sessions of a broker: one for each member that fetches here.");
    public static final ConfigKey<String> ASSIGNORS = ConfigKey.of(
            "group.share.assignors",
            ConfigType.LIST,
            "simple",
            Bounds.only("simple", "there is no other"),
            "How partitions are dealt out to members of share groups.");
    public static final ConfigKey<Integer> BROKER_LOCK_MS = ConfigKey.of(
            "group.share.record.lock.duration.ms",
            ConfigType.INT,
            30_000,
            Bounds.between(1_000, 3_600_000),
            "How long a member of a share group may hold a record before another gets it.");
    public static final ConfigKey<Integer> MIN_LOCK_MS = ConfigKey.of(
            "group.share.min.record.lock.duration.ms",
            ConfigType.INT,
            15_000,
            Bounds.between(1_000, 30_000),
            "Shortest share.record.lock.duration.ms that a group may have.");
    public static final ConfigKey<Integer> MAX_LOCK_MS = ConfigKey.of(
            "group.share.max.record.lock.duration.ms",
            ConfigType.INT,
            60_000,
            Bounds.between(30_000, 3_600_000),
            "Longest share.record.lock.duration.ms that a group may have.");
    public static final ConfigKey<Integer> BROKER_DELIVERIES = ConfigKey.of(
            "group.share.delivery.count.limit",
            ConfigType.INT,
            5,
            Bounds.between(2, 10),
            "How often a record is delivered to a share group before it is given up.");
    public static final ConfigKey<Integer> MIN_DELIVERIES = ConfigKey.of(
            "group.share.min.delivery.count.limit",
            ConfigType.INT,
            2,
            Bounds.between(2, 5),
            "Lowest share.delivery.count.limit that a group may have.");
    public static final ConfigKey<Integer> MAX_DELIVERIES = ConfigKey.of(
            "group.share.max.delivery.count.limit",
            ConfigType.INT,
            10,
            Bounds.between(5, 25),
            "Highest share.delivery.count.limit that a group may have.");
    public static final ConfigKey<Integer> BROKER_LOCKS = ConfigKey.of(
            "group.share.partition.max.record.locks",
            ConfigType.INT,
            2_000,
            Bounds.between(100, 10_000),
            "Records that may be unsettled for a share group in a partition.");
    public static final ConfigKey<Integer> MIN_LOCKS = ConfigKey.of(
            "group.share.min.partition.max.record.locks",
            ConfigType.INT,
            100,
            Bounds.between(100, 2_000),
            "Lowest share.partition.max.record.locks that a group may have.");
    public static final ConfigKey<Integer> MAX_LOCKS = ConfigKey.of(
            "group.share.max.partition.max.record.locks",
            ConfigType.INT,
            4_000,
            Bounds.between(2_000, 20_000),
            "Highest share.partition.max.record.locks that a group may have.");

    /** KIP-1263. */
    public static final ConfigKey<Integer> BROKER_ASSIGNMENT_MS = ConfigKey.of(
            "group.share.assignment.interval.ms",
            ConfigType.INT,
            1_000,
            Bounds.between(0, 15_000),
            "Shortest time between two assignments of a share group. Without effect: partitions are dealt out anew at every"
                    + " change.");

    public static final ConfigKey<Integer> SESSION_MS = BROKER_SESSION_MS.forGroup("share.session.timeout.ms");
    public static final ConfigKey<Integer> HEARTBEAT_MS = BROKER_HEARTBEAT_MS.forGroup("share.heartbeat.interval.ms");
    public static final ConfigKey<Integer> LOCK_MS = BROKER_LOCK_MS.forGroup("share.record.lock.duration.ms");
    public static final ConfigKey<Integer> DELIVERIES = BROKER_DELIVERIES.forGroup("share.delivery.count.limit");
    public static final ConfigKey<Integer> LOCKS = BROKER_LOCKS.forGroup("share.partition.max.record.locks");
    public static final ConfigKey<Integer> ASSIGNMENT_MS =
            BROKER_ASSIGNMENT_MS.forGroup("share.assignment.interval.ms");
    public static final ConfigKey<String> OFFSET_RESET = ConfigKey.of(
                    "share.auto.offset.reset",
                    ConfigType.STRING,
                    "latest",
                    new Bounds<>("must be earliest, latest or by_duration:PnDTnHnMn.nS", ShareConfigs::isOffsetReset),
                    "Where the group begins in a partition: earliest, latest, or by_duration: and an ISO 8601 duration"
                            + " before now.")
            .clusterWide();
    public static final ConfigKey<String> ISOLATION = ConfigKey.of(
                    "share.isolation.level",
                    ConfigType.STRING,
                    "read_uncommitted",
                    Bounds.oneOf("read_committed", "read_uncommitted"),
                    "Whether records of transactions are delivered before those commit. Without effect: there are no"
                            + " transactions.")
            .clusterWide();
    public static final ConfigKey<Boolean> RENEW = ConfigKey.of(
                    "share.renew.acknowledge.enable",
                    ConfigType.BOOLEAN,
                    true,
                    Bounds.any(),
                    "Whether members may prolong the time that they hold a record.")
            .clusterWide();

    public static final ConfigKey<String> DEAD_LETTER_TOPIC = ConfigKey.of(
                    "errors.deadletterqueue.topic.name",
                    ConfigType.STRING,
                    "",
                    new Bounds<>(
                            "must be a topic's name that does not begin with __",
                            text -> text.isEmpty() || !text.startsWith("__") && DeliveryConfigs.isTopicName(text)),
                    "The topic to which records go that the share group gives up; empty for none. It must have"
                            + " errors.deadletterqueue.group.enable=true (KIP-1191).")
            .clusterWide();
    public static final ConfigKey<Boolean> DEAD_LETTER_COPY = ConfigKey.of(
                    "errors.deadletterqueue.copy.record.enable",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.any(),
                    "Whether such a record goes there itself, or headers that say which it was.")
            .clusterWide();
    public static final ConfigKey<Boolean> DEAD_LETTER_TOPIC_CREATE = ConfigKey.of(
                    "errors.deadletterqueue.auto.create.topics.enable",
                    ConfigType.BOOLEAN,
                    false,
                    Bounds.any(),
                    "Whether a topic that errors.deadletterqueue.topic.name of a group names is made when it is needed.")
            .clusterWide();
    public static final ConfigKey<String> DEAD_LETTER_PREFIX = ConfigKey.of(
                    "errors.deadletterqueue.topic.name.prefix",
                    ConfigType.STRING,
                    "dlq.",
                    Bounds.any(),
                    "How the names of topics must begin to which errors.deadletterqueue.topic.name of a group sends.")
            .clusterWide();

    private static final String BY_DURATION = "by_duration:";

    private ShareConfigs() {}

    /** How long before now a group begins in a partition; empty for earliest and latest. */
    public static Optional<Duration> durationOf(String offsetReset) {
        if (!offsetReset.toLowerCase(Locale.ROOT).startsWith(BY_DURATION)) {
            return Optional.empty();
        }
        try {
            Duration duration = Duration.parse(offsetReset.substring(BY_DURATION.length()));
            return duration.isNegative() ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isOffsetReset(String text) {
        return text.equals("earliest")
                || text.equals("latest")
                || durationOf(text).isPresent();
    }

    static List<ConfigKey<?>> ofBroker() {
        return List.of(
                BROKER_SESSION_MS,
                MIN_SESSION_MS,
                MAX_SESSION_MS,
                BROKER_HEARTBEAT_MS,
                MIN_HEARTBEAT_MS,
                MAX_HEARTBEAT_MS,
                MAX_SIZE,
                MAX_SESSIONS,
                ASSIGNORS,
                BROKER_LOCK_MS,
                MIN_LOCK_MS,
                MAX_LOCK_MS,
                BROKER_DELIVERIES,
                MIN_DELIVERIES,
                MAX_DELIVERIES,
                BROKER_LOCKS,
                MIN_LOCKS,
                MAX_LOCKS,
                BROKER_ASSIGNMENT_MS,
                DEAD_LETTER_TOPIC_CREATE,
                DEAD_LETTER_PREFIX);
    }

    static List<ConfigKey<?>> ofGroup() {
        return List.of(
                SESSION_MS,
                HEARTBEAT_MS,
                LOCK_MS,
                DELIVERIES,
                LOCKS,
                ASSIGNMENT_MS,
                OFFSET_RESET,
                ISOLATION,
                RENEW,
                DEAD_LETTER_TOPIC,
                DEAD_LETTER_COPY);
    }
}
