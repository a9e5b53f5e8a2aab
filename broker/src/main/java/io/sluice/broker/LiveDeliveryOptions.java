package io.sluice.broker;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.DeliveryConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.delivery.LocalDeliveries;

/** What is set at groups and topics now. Any thread. */
record LiveDeliveryOptions(LiveConfigs live) implements LocalDeliveries.OptionsOfGroup {
    @Override
    public DeliveryOptions of(DeliveryKind kind, String group, Topic topic) {
        return DeliveryConfigs.options(kind, live.group(group), live.values(), topic.settings(), topic.name());
    }
}
