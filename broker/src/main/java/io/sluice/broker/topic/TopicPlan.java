package io.sluice.broker.topic;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A topic to create, checked as far as one can without the state.
 *
 * @param configs what the topic will have as its own
 */
record TopicPlan(
        String name, int partitionCount, Durability durability, Map<String, String> configs, boolean validateOnly) {
    static Result<TopicPlan> check(NewTopic wanted, boolean validateOnly, ConfigValues broker) {
        Optional<String> whyInvalid = TopicNames.whyInvalid(wanted.name());
        if (whyInvalid.isPresent()) {
            return Result.failed(ErrorCode.INVALID_TOPIC_EXCEPTION, whyInvalid.get());
        }
        int partitionCount =
                wanted.partitionCount() == -1 ? broker.get(BrokerConfigs.PARTITION_COUNT) : wanted.partitionCount();
        if (partitionCount < 1 || partitionCount > BrokerConfigs.LARGEST_PARTITION_COUNT) {
            return Result.failed(
                    ErrorCode.INVALID_PARTITIONS,
                    "a topic has from 1 to " + BrokerConfigs.LARGEST_PARTITION_COUNT + " partitions, not "
                            + partitionCount);
        }
        if (wanted.replicationFactor() != -1 && wanted.replicationFactor() != 1) {
            return Result.failed(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "the replication factor is 1 on one node, or -1 for the broker's, not "
                            + wanted.replicationFactor());
        }
        Result<ConfigValues> configs = TopicConfigs.check(wanted.configs(), broker);
        if (!configs.isOk()) {
            return Result.failed(configs.error(), configs.message());
        }
        Durability durability = new TopicConfig(configs.get(), broker).durability();
        return Result.of(new TopicPlan(
                wanted.name(),
                partitionCount,
                durability,
                withDurability(configs.get().explicit(), durability),
                validateOnly));
    }

    /** A weaker promise becomes the topic's own setting: the topic keeps it when the broker's default changes. */
    private static Map<String, String> withDurability(Map<String, String> configs, Durability durability) {
        if (durability == Durability.FSYNC) {
            return configs;
        }
        Map<String, String> own = new HashMap<>(configs);
        own.put(TopicConfigs.DURABILITY.name(), durability.name().toLowerCase(Locale.ROOT));
        return own;
    }

    TopicRecord named(TopicId id) {
        return new TopicRecord(id, name, partitionCount, durability, configs);
    }
}
