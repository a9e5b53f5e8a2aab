package io.sluice.broker.config;

import java.util.HashMap;
import java.util.Map;

/**
 * The broker's values by where they were set; the first that has a value wins
 * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-226">KIP-226</a>).
 *
 * @param node set while running, at this node
 * @param cluster set while running, for all nodes
 * @param fixed set before the start
 */
public record BrokerLayers(ConfigValues node, ConfigValues cluster, ConfigValues fixed) {
    /** Nothing set while running. */
    public static BrokerLayers of(ConfigValues fixed) {
        return new BrokerLayers(ConfigValues.NONE, ConfigValues.NONE, fixed);
    }

    /** What applies. */
    public ConfigValues effective() {
        Map<String, String> all = new HashMap<>(fixed.explicit());
        all.putAll(cluster.explicit());
        all.putAll(node.explicit());
        return new ConfigValues(all);
    }

    /** These, but the key has its default. */
    public BrokerLayers without(ConfigKey<?> key) {
        return new BrokerLayers(node.without(key), cluster.without(key), fixed.without(key));
    }
}
