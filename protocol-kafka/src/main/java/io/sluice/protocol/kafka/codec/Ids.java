package io.sluice.protocol.kafka.codec;

import io.sluice.common.TopicId;
import org.apache.kafka.common.Uuid;

/** Topic ids in Kafka's type and ours. */
public final class Ids {
    private Ids() {}

    /** Ours to Kafka's. */
    public static Uuid toKafka(TopicId id) {
        return new Uuid(id.high(), id.low());
    }

    /** Kafka's to ours. */
    public static TopicId fromKafka(Uuid id) {
        return new TopicId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
