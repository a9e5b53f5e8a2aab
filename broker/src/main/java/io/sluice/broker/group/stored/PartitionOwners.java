package io.sluice.broker.group.stored;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.TopicId;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Which member has which partition, to read or to give up; derived from the members. Owner: the shard's apply thread. */
final class PartitionOwners {
    private final Map<TopicId, Int2ObjectHashMap<String>> owners = new HashMap<>();

    @Nullable
    String ownerOf(TopicId topic, int partition) {
        Int2ObjectHashMap<String> ofTopic = owners.get(topic);
        return ofTopic == null ? null : ofTopic.get(partition);
    }

    void take(ConsumerMember member) {
        take(member.id(), member.assigned());
        take(member.id(), member.revoking());
    }

    void release(ConsumerMember member) {
        release(member.id(), member.assigned());
        release(member.id(), member.revoking());
    }

    private void take(String memberId, PartitionSet partitions) {
        partitions.forEach((topic, partition, epoch) ->
                owners.computeIfAbsent(topic, key -> new Int2ObjectHashMap<>()).put(partition, memberId));
    }

    private void release(String memberId, PartitionSet partitions) {
        partitions.forEach((topic, partition, epoch) -> {
            Int2ObjectHashMap<String> ofTopic = owners.get(topic);
            if (ofTopic != null && memberId.equals(ofTopic.get(partition))) {
                ofTopic.remove(partition);
                if (ofTopic.isEmpty()) {
                    owners.remove(topic);
                }
            }
        });
    }
}
