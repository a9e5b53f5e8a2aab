package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.common.TopicId;

/** A partition as share fetches name it. */
record Place(TopicId topicId, int partition) {
    DeliveryGroup of(String groupId) {
        return new DeliveryGroup(DeliveryKind.SHARE, groupId, topicId, partition);
    }
}
