package io.sluice.broker.api;

import java.util.List;
import java.util.Map;

/**
 * A topic to create.
 *
 * @param name see {@link TopicService#whyInvalidName}
 * @param partitionCount 1 to 100,000, or −1 for the broker's default
 * @param replicationFactor −1, 1 or that of the cluster
 * @param configs Kafka's config names and values; unknown ones are INVALID_CONFIG
 * @param assignments nodes wanted for each partition, the first to lead; none to leave that to the broker
 */
public record NewTopic(
        String name,
        int partitionCount,
        int replicationFactor,
        Map<String, String> configs,
        List<List<Integer>> assignments) {
    public NewTopic {
        configs = Map.copyOf(configs);
        assignments = List.copyOf(assignments);
    }

    /** A topic that lies where the broker puts it. */
    public NewTopic(String name, int partitionCount, int replicationFactor, Map<String, String> configs) {
        this(name, partitionCount, replicationFactor, configs, List.of());
    }
}
