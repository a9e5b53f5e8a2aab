package io.sluice.broker;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicSettings;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.delivery.LocalDeliveries;
import io.sluice.common.TopicId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is set at groups and topics now. Every request of a member asks several times, so what was found is kept as long as the
 * configurations that it follows from are the very same objects. Any thread.
 */
final class LiveDeliveryOptions implements LocalDeliveries.OptionsOfGroup {
    private static final int KNOWN_MAX = 10_000;

    private final LiveConfigs live;
    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    private record Key(DeliveryKind kind, String group, TopicId topicId) {}

    private record Known(ConfigValues group, ConfigValues broker, TopicSettings topic, DeliveryOptions options) {}

    LiveDeliveryOptions(LiveConfigs live) {
        this.live = live;
    }

    @Override
    public DeliveryOptions of(DeliveryKind kind, String group, Topic topic) {
        ConfigValues ofGroup = live.group(group);
        ConfigValues ofBroker = live.values();
        TopicSettings ofTopic = topic.settings();
        Key key = new Key(kind, group, topic.id());
        Known found = known.get(key);
        if (found != null && found.group() == ofGroup && found.broker() == ofBroker && found.topic() == ofTopic) {
            return found.options();
        }
        DeliveryOptions options = DeliveryConfigs.options(kind, ofGroup, ofBroker, ofTopic, topic.name());
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        known.put(key, new Known(ofGroup, ofBroker, ofTopic, options));
        return options;
    }
}
