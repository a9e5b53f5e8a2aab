package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;

/** Partitions as requests name them. */
public final class Partitions {
    private Partitions() {}

    /** The topic's partition of this number, or why there is none: the topic's own error comes first. */
    public static Result<Partition> find(Result<Topic> topic, int index) {
        if (!topic.isOk()) {
            return Result.failed(topic.error(), topic.message());
        }
        return index < 0 || index >= topic.get().partitionCount()
                ? Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                : Result.of(topic.get().partition(index));
    }
}
