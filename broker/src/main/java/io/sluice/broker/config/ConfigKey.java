package io.sluice.broker.config;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Optional;

/**
 * One configuration.
 *
 * @param name Kafka's name where Kafka has one
 * @param type what its text is
 * @param standard the value that applies if none is set
 * @param bounds which values are allowed
 * @param documentation one sentence or two
 * @param synonym the broker's configuration that gives a topic's or a group's its default
 * @param update whether it can change while the broker runs
 */
public record ConfigKey<T>(
        String name,
        ConfigType<T> type,
        T standard,
        Bounds<T> bounds,
        String documentation,
        Optional<ConfigKey<T>> synonym,
        Update update) {
    /** Whether and where a configuration can change while the broker runs; Kafka's update modes. */
    public enum Update {
        /** Only in the settings, with a restart. */
        READ_ONLY,
        /** For all nodes, or at one of them. */
        CLUSTER_WIDE
    }

    static <T> ConfigKey<T> of(String name, ConfigType<T> type, T standard, Bounds<T> bounds, String documentation) {
        return new ConfigKey<>(name, type, standard, bounds, documentation, Optional.empty(), Update.READ_ONLY);
    }

    /** The topic's configuration of that name, which defaults to this one of the broker and can change. */
    ConfigKey<T> forTopic(String topicName) {
        return new ConfigKey<>(
                topicName, type, standard, bounds, documentation, Optional.of(this), Update.CLUSTER_WIDE);
    }

    /** The group's configuration of that name, which defaults to this one of the broker and can change. */
    ConfigKey<T> forGroup(String groupName) {
        return forTopic(groupName);
    }

    /** The same, and it can change while the broker runs: whoever reads it asks {@link LiveConfigs} each time. */
    ConfigKey<T> clusterWide() {
        return with(Update.CLUSTER_WIDE);
    }

    /** The same, and it cannot change. */
    ConfigKey<T> readOnly() {
        return with(Update.READ_ONLY);
    }

    private ConfigKey<T> with(Update changed) {
        return new ConfigKey<>(name, type, standard, bounds, documentation, synonym, changed);
    }

    /** Whether it can only be set before the start. */
    public boolean isReadOnly() {
        return update == Update.READ_ONLY;
    }

    /** The default as text. */
    public String standardText() {
        return String.valueOf(standard);
    }

    /** The value, or INVALID_CONFIG with a sentence that names configuration, value and bounds. */
    public Result<T> parse(String text) {
        Optional<T> value = type.parse(text.strip());
        if (value.isEmpty()) {
            return invalid(text, "it is not " + type.description());
        }
        return bounds.allows(value.get()) ? Result.of(value.get()) : invalid(text, bounds.text());
    }

    private Result<T> invalid(String text, String reason) {
        return Result.failed(
                ErrorCode.INVALID_CONFIG, "Invalid value " + text + " for configuration " + name + ": " + reason);
    }
}
