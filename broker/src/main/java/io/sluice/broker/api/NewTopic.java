package io.sluice.broker.api;

import java.util.Map;

/**
 * A topic to create.
 *
 * @param name see {@link TopicService#whyInvalidName}
 * @param partitionCount 1 to 100,000, or −1 for the broker's default
 * @param replicationFactor −1 or 1 on one node
 * @param configs Kafka's config names and values; unknown ones are INVALID_CONFIG
 */
public record NewTopic(String name, int partitionCount, int replicationFactor, Map<String, String> configs) {
    public NewTopic {
        configs = Map.copyOf(configs);
    }
}
