package io.sluice.broker.topic;

import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.BrokerLayers;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.config.TopicConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules that follow from what was set at topics, each once: a hundred thousand topics are configured in a few ways. Any
 * thread.
 */
final class SharedRules {
    /** More ways than that are no ways any more; then all are forgotten, and shared anew. */
    private static final int KEPT_MAX = 1_000;

    private final LiveConfigs broker;
    private final Map<Map<String, String>, TopicRules> rules = new HashMap<>();
    private BrokerLayers layers;
    private ConfigValues effective;

    SharedRules(LiveConfigs broker) {
        this.broker = broker;
        layers = broker.layers();
        effective = topicLayers(layers).effective();
    }

    /** What the broker's values say to topics: the durability is the one a topic was created with, whatever the default has become. */
    static BrokerLayers topicLayers(BrokerLayers layers) {
        return layers.without(BrokerConfigs.DURABILITY);
    }

    /** Of a topic at which these are set, as the broker is configured now. */
    synchronized TopicRules of(Map<String, String> configs) {
        BrokerLayers now = broker.layers();
        if (now != layers) {
            layers = now;
            effective = topicLayers(now).effective();
            rules.clear();
        }
        if (rules.size() >= KEPT_MAX) {
            rules.clear();
        }
        return rules.computeIfAbsent(configs, set -> TopicRules.of(new TopicConfig(new ConfigValues(set), effective)));
    }
}
