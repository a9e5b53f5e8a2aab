package io.sluice.broker.config;

import io.sluice.broker.api.CleanupSettings;
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
                get(TopicConfigs.RETENTION_RECORDS),
                cleanup(),
                topic.explicit());
    }

    private CleanupSettings cleanup() {
        String policy = get(TopicConfigs.CLEANUP_POLICY);
        return new CleanupSettings(
                CleanupPolicy.compacts(policy),
                CleanupPolicy.deletes(policy),
                get(TopicConfigs.MIN_COMPACTION_LAG_MS),
                get(TopicConfigs.MAX_COMPACTION_LAG_MS),
                get(TopicConfigs.MIN_DIRTY_RATIO),
                get(TopicConfigs.DELETE_RETENTION_MS));
    }

    /** When segments end. */
    public SegmentSettings segments() {
        int listed = get(TopicConfigs.SEGMENT_BYTES);
        int segmentBytes = topic.find(TopicConfigs.INTERNAL_SEGMENT_BYTES).orElse(listed);
        boolean compacts = CleanupPolicy.compacts(get(TopicConfigs.CLEANUP_POLICY));
        // Only what lies in a segment that has ended is compacted.
        long lagMsMax = compacts ? get(TopicConfigs.MAX_COMPACTION_LAG_MS) : Long.MAX_VALUE;
        long segmentMs = Math.min(get(TopicConfigs.SEGMENT_MS), lagMsMax);
        return new SegmentSettings(segmentBytes, segmentMs, get(TopicConfigs.INDEX_INTERVAL_BYTES));
    }

    /** The shard it belongs to. */
    public Durability durability() {
        return switch (get(TopicConfigs.DURABILITY)) {
            case "os" -> Durability.OS;
            case "memory" -> Durability.MEMORY;
            default -> Durability.FSYNC;
        };
    }

    /** Every configuration with the value in effect and its source; {@code layers} are those of the broker's values. */
    public Collection<ConfigEntry> describe(BrokerLayers layers) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : TopicConfigs.TABLE.keys()) {
            entries.add(Synonyms.ofTopic(key, topic, layers));
        }
        return entries;
    }

    private <T> T get(ConfigKey<T> key) {
        return TopicConfigs.effective(key, topic, broker);
    }
}
