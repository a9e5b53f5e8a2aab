package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.TopicSettings;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What applies to one topic: its own configurations over the broker's over the defaults.
 *
 * @param topic what was set at the topic
 * @param broker what was set at the broker
 */
public record TopicConfig(ConfigValues topic, ConfigValues broker) {
    /** For those who append and read. */
    public TopicSettings settings() {
        return new TopicSettings(
                get(TopicConfigs.MAX_MESSAGE_BYTES),
                get(TopicConfigs.TIMESTAMP_TYPE).equals("LogAppendTime"),
                get(TopicConfigs.TIMESTAMP_BEFORE_MAX_MS),
                get(TopicConfigs.TIMESTAMP_AFTER_MAX_MS),
                get(TopicConfigs.RETENTION_MS),
                get(TopicConfigs.RETENTION_BYTES),
                topic.explicit());
    }

    /** When segments end. */
    public SegmentSettings segments() {
        int listed = get(TopicConfigs.SEGMENT_BYTES);
        int segmentBytes = topic.find(TopicConfigs.INTERNAL_SEGMENT_BYTES).orElse(listed);
        return new SegmentSettings(segmentBytes, get(TopicConfigs.SEGMENT_MS), get(TopicConfigs.INDEX_INTERVAL_BYTES));
    }

    /** The shard it belongs to. */
    public Durability durability() {
        return switch (get(TopicConfigs.DURABILITY)) {
            case "os" -> Durability.OS;
            case "memory" -> Durability.MEMORY;
            default -> Durability.FSYNC;
        };
    }

    /** Every configuration with the value in effect and its source. */
    public Collection<ConfigEntry> describe() {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : TopicConfigs.TABLE.keys()) {
            entries.add(Synonyms.entry(key, topic, broker));
        }
        return entries;
    }

    private <T> T get(ConfigKey<T> key) {
        return TopicConfigs.effective(key, topic, broker);
    }
}
