package io.sluice.broker.topic;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.TopicConfig;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A topic to create, checked as far as one can without the state.
 *
 * @param configs what the topic will have as its own
 * @param assignments nodes wanted for each partition, or none
 */
record TopicPlan(
        String name,
        int partitionCount,
        Durability durability,
        Map<String, String> configs,
        List<List<Integer>> assignments,
        boolean validateOnly) {
    static Result<TopicPlan> check(NewTopic wanted, boolean validateOnly, ConfigValues broker, ShardChoice cluster) {
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
        Optional<String> whyNotReplicated = whyNotReplicated(wanted.replicationFactor(), cluster);
        if (whyNotReplicated.isPresent()) {
            return Result.failed(ErrorCode.INVALID_REPLICATION_FACTOR, whyNotReplicated.get());
        }
        Result<ConfigValues> configs = TopicConfigs.check(wanted.configs(), broker);
        if (!configs.isOk()) {
            return Result.failed(configs.error(), configs.message());
        }
        Durability durability = new TopicConfig(configs.get(), broker).durability();
        if (cluster.isCluster() && durability != Durability.FSYNC) {
            return Result.failed(
                    ErrorCode.INVALID_CONFIG,
                    "in a cluster every topic is durable: " + TopicConfigs.DURABILITY.name() + "=fsync");
        }
        return Result.of(new TopicPlan(
                wanted.name(),
                partitionCount,
                durability,
                withDurability(configs.get().explicit(), durability),
                wanted.assignments(),
                validateOnly));
    }

    /** All topics of a cluster have as many replicas; one is taken for it, as programs written for one node ask for that. */
    private static Optional<String> whyNotReplicated(int wanted, ShardChoice cluster) {
        int factor = cluster.replicationFactor();
        if (wanted == -1 || wanted == 1 || wanted == factor) {
            return Optional.empty();
        }
        return Optional.of(
                cluster.isCluster()
                        ? "the replication factor is the cluster's, " + factor + ", or -1, not " + wanted
                        : "the replication factor is 1 on one node, or -1 for the broker's, not " + wanted);
    }

    /** Whether its records shall carry ids. */
    boolean isStream() {
        return "time".equals(configs.get(TopicConfigs.REDIS_IDS.name()));
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

    void write(ByteWriter out) {
        out.putText(name).putInt(partitionCount).putDurability(durability).putTexts(configs);
        MetadataCodec.writeAssignments(out, assignments);
        out.putByte(validateOnly ? 1 : 0);
    }

    static TopicPlan read(ByteReader in) {
        return new TopicPlan(
                in.getText(),
                in.getInt(),
                in.getDurability(),
                in.getTexts(),
                MetadataCodec.readAssignments(in),
                in.getByte() == 1);
    }

    TopicRecord named(TopicId id) {
        return new TopicRecord(id, name, partitionCount, durability, configs);
    }
}
