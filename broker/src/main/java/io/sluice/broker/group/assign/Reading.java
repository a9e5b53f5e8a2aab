package io.sluice.broker.group.assign;

import io.sluice.common.TopicId;
import java.util.NavigableMap;
import java.util.Set;

/**
 * What an assignor looks at.
 *
 * @param members by member id
 * @param partitionCounts of the topics that exist; a subscribed topic that is missing here does not count
 */
public record Reading(NavigableMap<String, Reader> members, NavigableMap<TopicId, Integer> partitionCounts) {
    /**
     * A member.
     *
     * @param order what it is sorted by where order matters: the instance id of a static member, which outlives restarts,
     *     else the member id
     * @param topics what it subscribes to and exists
     * @param before what it was to read until now
     */
    public record Reader(String order, Set<TopicId> topics, PartitionSet before) {
        /** What it read before and may go on reading. */
        PartitionSet retainable(NavigableMap<TopicId, Integer> partitionCounts) {
            return before.where(
                    (topic, partition) -> topics.contains(topic) && partition < partitionCounts.getOrDefault(topic, 0));
        }
    }

    boolean hasEqualSubscriptions() {
        return members.values().stream().map(Reader::topics).distinct().count() <= 1;
    }
}
