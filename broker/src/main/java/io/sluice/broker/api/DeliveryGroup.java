package io.sluice.broker.api;

import io.sluice.common.TopicId;

/**
 * One delivery group in one partition: that is where its state lives, with the partition.
 *
 * @param kind whose rules it follows
 * @param name its name, at most {@link #NAME_CHARS_MAX} characters
 * @param topicId the topic
 * @param partition the partition's number in it
 */
public record DeliveryGroup(DeliveryKind kind, String name, TopicId topicId, int partition) {
    /** Longer names are refused with INVALID_GROUP_ID. */
    public static final int NAME_CHARS_MAX = 1_024;

    /** Whether the name can be one. */
    public boolean hasValidName() {
        return !name.isEmpty() && name.length() <= NAME_CHARS_MAX;
    }
}
