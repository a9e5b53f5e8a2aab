package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.Partitions;

/** Partitions as the caller may read them. */
final class SharedPartition {
    private SharedPartition() {}

    /** The partition, or why there is none: TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION. */
    static Result<Partition> find(Broker broker, Place place) {
        return Partitions.find(broker.topics().find(place.topicId(), Operation.READ), place.partition());
    }
}
