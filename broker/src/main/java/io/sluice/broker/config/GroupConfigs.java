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
 * <a href="https://kafka.apache.org/43/configuration/group-configs/">Kafka 4.3</a> lists them for consumer groups. A group
 * can have them before it exists.
 */
public final class GroupConfigs {
    public static final ConfigKey<Integer> SESSION_MS =
            BrokerConfigs.GROUP_CONSUMER_SESSION_MS.forGroup("consumer.session.timeout.ms");
    public static final ConfigKey<Integer> HEARTBEAT_MS =
            BrokerConfigs.GROUP_CONSUMER_HEARTBEAT_MS.forGroup("consumer.heartbeat.interval.ms");

    /** All of them. */
    public static final ConfigTable TABLE = new ConfigTable("group", List.of(SESSION_MS, HEARTBEAT_MS));

    private GroupConfigs() {}

    /** Checks what a client wants to set against the broker's bounds; INVALID_CONFIG says what is wrong. */
    public static Result<ConfigValues> check(Map<String, String> explicit, ConfigValues broker) {
        Result<ConfigValues> checked = TABLE.check(explicit);
        if (!checked.isOk()) {
            return checked;
        }
        int sessionMs = TopicConfigs.effective(SESSION_MS, checked.get(), broker);
        int heartbeatMs = TopicConfigs.effective(HEARTBEAT_MS, checked.get(), broker);
        return whyNot(
                        heartbeatMs,
                        HEARTBEAT_MS,
                        BrokerConfigs.GROUP_CONSUMER_MIN_HEARTBEAT_MS,
                        BrokerConfigs.GROUP_CONSUMER_MAX_HEARTBEAT_MS,
                        broker)
                .or(() -> whyNot(
                        sessionMs,
                        SESSION_MS,
                        BrokerConfigs.GROUP_CONSUMER_MIN_SESSION_MS,
                        BrokerConfigs.GROUP_CONSUMER_MAX_SESSION_MS,
                        broker))
                .or(() -> sessionMs > heartbeatMs
                        ? Optional.empty()
                        : Optional.of(SESSION_MS.name() + " must be greater than " + HEARTBEAT_MS.name()))
                .map(reason -> Result.<ConfigValues>failed(ErrorCode.INVALID_CONFIG, reason))
                .orElse(checked);
    }

    private static Optional<String> whyNot(
            int value, ConfigKey<Integer> key, ConfigKey<Integer> least, ConfigKey<Integer> most, ConfigValues broker) {
        if (value < broker.get(least)) {
            return Optional.of(key.name() + " must be greater than or equal to " + least.name());
        }
        return value > broker.get(most)
                ? Optional.of(key.name() + " must be less than or equal to " + most.name())
                : Optional.empty();
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
