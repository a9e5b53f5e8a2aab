package io.sluice.broker.config;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Backoff;
import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.TopicSettings;
import java.util.List;
import java.util.Optional;

/**
 * The configurations of delivery groups. Each can stand at a group, which then has it in every topic, and at a topic, for
 * the groups that have none of their own; otherwise the group's kind decides.
 */
public final class DeliveryConfigs {
    /** What a topic is called that keeps the dead letters of another. */
    public static final String DEAD_LETTER_SUFFIX = ".dead";

    private static final int TOPIC_NAME_CHARS_MAX = 249;
    private static final long OF_KIND = -1;
    private static final String PREFIX = "sluice.delivery.";

    static final ConfigKey<Long> LOCK_MS = key(
            "lock.ms",
            ConfigType.LONG,
            OF_KIND,
            Bounds.atLeast(OF_KIND),
            "How long a member may hold a record before it is given to another; 0 for ever, -1 as the group's kind has it.");
    static final ConfigKey<Integer> ATTEMPTS_MAX = key(
            "attempts.max",
            ConfigType.INT,
            (int) OF_KIND,
            Bounds.atLeast((int) OF_KIND),
            "How often a record is delivered before it is given up; 0 without end, -1 as the group's kind has it.");
    static final ConfigKey<Long> BACKOFF_MS = key(
            "backoff.ms",
            ConfigType.LONG,
            0L,
            Bounds.atLeast(0L),
            "How long a record waits after its first delivery failed; twice as long after each further one.");
    static final ConfigKey<Long> BACKOFF_MAX_MS = key(
            "backoff.max.ms",
            ConfigType.LONG,
            OF_KIND,
            Bounds.atLeast(OF_KIND),
            "The longest a record waits between deliveries; -1 for always sluice.delivery.backoff.ms.");
    static final ConfigKey<String> ORDERING = key(
            "ordering",
            ConfigType.STRING,
            "none",
            Bounds.oneOf("none", "key", "partition"),
            "What must not be in flight at the same time: nothing, two records of one key (those without a key may), or two"
                    + " parts of a partition. Groups of Redis know no keys.");
    static final ConfigKey<String> START = key(
            "start",
            ConfigType.STRING,
            "",
            new Bounds<>(
                    "must be empty, earliest, latest, offset:n, time:epoch-ms, ago:ms or last:n",
                    text -> text.isEmpty() || parseStart(text).isPresent()),
            "Where a group begins in a partition it has not been in; empty for as its kind has it.");
    static final ConfigKey<Integer> PENDING_MAX = key(
            "pending.max",
            ConfigType.INT,
            (int) OF_KIND,
            Bounds.atLeast((int) OF_KIND),
            "Records of a partition that a group may hold unsettled; 0 for no limit, -1 as the group's kind has it.");

    static final ConfigKey<String> DEAD_LETTERS = key(
            "dead.letters",
            ConfigType.STRING,
            "",
            Bounds.oneOf("", "on", "off"),
            "Whether records that are given up go to a topic for dead letters; empty for as the group's kind has it. Never"
                    + " for such a topic itself.");
    static final ConfigKey<String> DEAD_LETTERS_TOPIC = key(
            "dead.letters.topic",
            ConfigType.STRING,
            "",
            new Bounds<>("must be a topic's name", text -> text.isEmpty() || isTopicName(text)),
            "The topic for dead letters, made when it is first needed; one that is there must have"
                    + " errors.deadletterqueue.group.enable=true. Empty for the topic's own name with .dead behind it.");

    /** All of them. */
    static final List<ConfigKey<?>> KEYS = List.of(
            LOCK_MS,
            ATTEMPTS_MAX,
            BACKOFF_MS,
            BACKOFF_MAX_MS,
            ORDERING,
            START,
            PENDING_MAX,
            DEAD_LETTERS,
            DEAD_LETTERS_TOPIC);

    private DeliveryConfigs() {}

    private static <T> ConfigKey<T> key(
            String name, ConfigType<T> type, T standard, Bounds<T> bounds, String documentation) {
        return ConfigKey.of(PREFIX + name, type, standard, bounds, documentation)
                .clusterWide();
    }

    /**
     * What applies to a group of the kind in a topic: its own configurations over the topic's over the kind's defaults,
     * which for share groups are what Kafka's configurations say of the group.
     */
    public static DeliveryOptions options(
            DeliveryKind kind, ConfigValues group, ConfigValues broker, TopicSettings topic, String topicName) {
        DeliveryOptions standard = kind == DeliveryKind.SHARE ? ofShare(group, broker) : DeliveryOptions.of(kind);
        Layers layers = new Layers(group, new ConfigValues(topic.explicit()));
        long lockMs = layers.get(LOCK_MS);
        int attemptsMax = layers.get(ATTEMPTS_MAX);
        int pendingMax = layers.get(PENDING_MAX);
        return new DeliveryOptions(
                lockMs == OF_KIND ? standard.lockMs() : lockMs,
                attemptsMax == OF_KIND ? standard.attemptsMax() : attemptsMax,
                backoff(layers),
                ordering(layers.get(ORDERING), kind),
                parseStart(layers.get(START)).orElse(standard.start()),
                deadLetters(layers, standard, topicName),
                pendingMax == OF_KIND ? standard.pendingMax() : pendingMax);
    }

    private static Ordering ordering(String text, DeliveryKind kind) {
        return switch (text) {
            case "key" -> kind == DeliveryKind.REDIS ? Ordering.NONE : Ordering.KEY;
            case "partition" -> Ordering.PARTITION;
            default -> Ordering.NONE;
        };
    }

    private static DeliveryOptions ofShare(ConfigValues group, ConfigValues broker) {
        DeliveryOptions standard = DeliveryOptions.of(DeliveryKind.SHARE);
        String reset = TopicConfigs.effective(ShareConfigs.OFFSET_RESET, group, broker);
        DeliveryStart start = ShareConfigs.durationOf(reset)
                .<DeliveryStart>map(duration -> new DeliveryStart.Ago(duration.toMillis()))
                .orElseGet(() -> reset.equals("earliest") ? new DeliveryStart.Earliest() : new DeliveryStart.Latest());
        return new DeliveryOptions(
                TopicConfigs.effective(ShareConfigs.LOCK_MS, group, broker),
                TopicConfigs.effective(ShareConfigs.DELIVERIES, group, broker),
                standard.backoff(),
                standard.ordering(),
                start,
                deadLettersOfShare(group),
                TopicConfigs.effective(ShareConfigs.LOCKS, group, broker));
    }

    private static DeadLetters deadLettersOfShare(ConfigValues group) {
        String topic = group.get(ShareConfigs.DEAD_LETTER_TOPIC);
        return topic.isEmpty()
                ? DeadLetters.OFF
                : new DeadLetters(true, topic, group.get(ShareConfigs.DEAD_LETTER_COPY), true);
    }

    private record Layers(ConfigValues group, ConfigValues topic) {
        <T> T get(ConfigKey<T> key) {
            return group.find(key).or(() -> topic.find(key)).orElse(key.standard());
        }
    }

    private static DeadLetters deadLetters(Layers layers, DeliveryOptions standard, String topicName) {
        String target = layers.get(DEAD_LETTERS_TOPIC);
        DeadLetters wanted = switch (layers.get(DEAD_LETTERS)) {
            case "on" -> DeadLetters.into(target);
            case "off" -> DeadLetters.OFF;
            default -> standardOr(standard.deadLetters(), target);
        };
        boolean canHave = !wanted.isOn() || mayHaveDeadLetters(topicName, wanted.topic());
        return canHave ? wanted : DeadLetters.OFF;
    }

    /** A kind that has dead letters, or a group that has them as Kafka says, has them where it is said here, if it is. */
    private static DeadLetters standardOr(DeadLetters standard, String target) {
        return standard.isOn() && !target.isEmpty() && !standard.isAsInKafka() ? DeadLetters.into(target) : standard;
    }

    private static boolean mayHaveDeadLetters(String topicName, String target) {
        boolean isTarget = topicName.endsWith(DEAD_LETTER_SUFFIX) || topicName.equals(target);
        boolean isNameable =
                !target.isEmpty() || topicName.length() + DEAD_LETTER_SUFFIX.length() <= TOPIC_NAME_CHARS_MAX;
        return !isTarget && isNameable;
    }

    static boolean isTopicName(String text) {
        return text.length() <= TOPIC_NAME_CHARS_MAX && text.matches("[a-zA-Z0-9._-]+") && !text.matches("[.]{1,2}");
    }

    private static Backoff backoff(Layers layers) {
        long firstMs = layers.get(BACKOFF_MS);
        long maxMs = layers.get(BACKOFF_MAX_MS);
        return firstMs == 0 ? Backoff.NONE : new Backoff(firstMs, Math.max(firstMs, maxMs));
    }

    /** Reads how a start is written; empty for anything else. */
    public static Optional<DeliveryStart> parseStart(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return switch (text) {
                case "earliest" -> Optional.of(new DeliveryStart.Earliest());
                case "latest" -> Optional.of(new DeliveryStart.Latest());
                default -> Optional.empty();
            };
        }
        return number(text.substring(colon + 1)).flatMap(number -> switch (text.substring(0, colon)) {
            case "offset" -> Optional.of(new DeliveryStart.Offset(number));
            case "time" -> Optional.of(new DeliveryStart.Time(number));
            case "ago" -> Optional.of(new DeliveryStart.Ago(number));
            case "last" -> Optional.of(new DeliveryStart.Last(number));
            default -> Optional.empty();
        });
    }

    private static Optional<Long> number(String text) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? Optional.empty() : Optional.of(number);
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }
}
