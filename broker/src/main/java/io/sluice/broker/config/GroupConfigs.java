package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configurations of a group, as
 * <a href="https://kafka.apache.org/43/configuration/group-configs/">Kafka 4.3</a> lists them for consumer groups and
 * share groups. A group can have them before it exists.
 */
public final class GroupConfigs {
    public static final ConfigKey<Integer> SESSION_MS =
            BrokerConfigs.GROUP_CONSUMER_SESSION_MS.forGroup("consumer.session.timeout.ms");
    public static final ConfigKey<Integer> HEARTBEAT_MS =
            BrokerConfigs.GROUP_CONSUMER_HEARTBEAT_MS.forGroup("consumer.heartbeat.interval.ms");

    /** All of them. */
    public static final ConfigTable TABLE = new ConfigTable("group", all());

    /** What the broker's bounds say of a group's configuration. */
    private record Range(ConfigKey<Integer> key, ConfigKey<Integer> least, ConfigKey<Integer> most) {
        Optional<String> whyNot(ConfigValues group, ConfigValues broker) {
            int value = TopicConfigs.effective(key, group, broker);
            if (value < broker.get(least)) {
                return Optional.of(key.name() + " must be greater than or equal to " + least.name());
            }
            return value > broker.get(most)
                    ? Optional.of(key.name() + " must be less than or equal to " + most.name())
                    : Optional.empty();
        }
    }

    private static final List<Range> RANGES = List.of(
            new Range(
                    HEARTBEAT_MS,
                    BrokerConfigs.GROUP_CONSUMER_MIN_HEARTBEAT_MS,
                    BrokerConfigs.GROUP_CONSUMER_MAX_HEARTBEAT_MS),
            new Range(
                    SESSION_MS,
                    BrokerConfigs.GROUP_CONSUMER_MIN_SESSION_MS,
                    BrokerConfigs.GROUP_CONSUMER_MAX_SESSION_MS),
            new Range(ShareConfigs.HEARTBEAT_MS, ShareConfigs.MIN_HEARTBEAT_MS, ShareConfigs.MAX_HEARTBEAT_MS),
            new Range(ShareConfigs.SESSION_MS, ShareConfigs.MIN_SESSION_MS, ShareConfigs.MAX_SESSION_MS),
            new Range(ShareConfigs.LOCK_MS, ShareConfigs.MIN_LOCK_MS, ShareConfigs.MAX_LOCK_MS),
            new Range(ShareConfigs.DELIVERIES, ShareConfigs.MIN_DELIVERIES, ShareConfigs.MAX_DELIVERIES),
            new Range(ShareConfigs.LOCKS, ShareConfigs.MIN_LOCKS, ShareConfigs.MAX_LOCKS));

    private GroupConfigs() {}

    private static List<ConfigKey<?>> all() {
        List<ConfigKey<?>> keys = new ArrayList<>(List.of(SESSION_MS, HEARTBEAT_MS));
        keys.addAll(ShareConfigs.ofGroup());
        keys.addAll(DeliveryConfigs.KEYS);
        return keys;
    }

    /** Checks what a client wants to set against the broker's bounds; INVALID_CONFIG says what is wrong. */
    public static Result<ConfigValues> check(Map<String, String> explicit, ConfigValues broker) {
        Result<ConfigValues> checked = TABLE.check(explicit);
        if (!checked.isOk()) {
            return checked;
        }
        ConfigValues group = checked.get();
        return RANGES.stream()
                .flatMap(range -> range.whyNot(group, broker).stream())
                .findFirst()
                .or(() -> whyNotLonger(SESSION_MS, HEARTBEAT_MS, group, broker))
                .or(() -> whyNotLonger(ShareConfigs.SESSION_MS, ShareConfigs.HEARTBEAT_MS, group, broker))
                .map(reason -> Result.<ConfigValues>failed(ErrorCode.INVALID_CONFIG, reason))
                .orElse(checked);
    }

    private static Optional<String> whyNotLonger(
            ConfigKey<Integer> session, ConfigKey<Integer> heartbeat, ConfigValues group, ConfigValues broker) {
        boolean isLonger =
                TopicConfigs.effective(session, group, broker) > TopicConfigs.effective(heartbeat, group, broker);
        return isLonger ? Optional.empty() : Optional.of(session.name() + " must be greater than " + heartbeat.name());
    }

    /** Every configuration with the value in effect and its source. */
    public static Collection<ConfigEntry> describe(ConfigValues group, BrokerLayers broker) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : TABLE.keys()) {
            entries.add(Synonyms.ofGroup(key, group, broker));
        }
        return entries;
    }
}
