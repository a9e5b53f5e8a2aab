package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import java.util.Map;

/**
 * A topic as the metadata has it.
 *
 * @param id never used before
 * @param name see {@link TopicNames}
 * @param partitionCount from 1
 * @param durability which shard holds it, for its whole life
 * @param configs what was set at the topic
 */
record TopicRecord(TopicId id, String name, int partitionCount, Durability durability, Map<String, String> configs) {
    TopicRecord {
        configs = Map.copyOf(configs);
    }

    TopicRecord withConfigs(Map<String, String> others) {
        return new TopicRecord(id, name, partitionCount, durability, others);
    }

    TopicRecord withPartitions(int count) {
        return new TopicRecord(id, name, count, durability, configs);
    }
}
