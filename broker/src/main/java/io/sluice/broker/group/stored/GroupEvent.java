package io.sluice.broker.group.stored;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.TopicPartition;
import java.util.List;
import java.util.Map;

/** What a slot's state goes through; the bytes are in the package's documentation. */
public sealed interface GroupEvent
        permits GroupEvent.GenerationStarted,
                GroupEvent.GenerationCompleted,
                GroupEvent.OffsetsCommitted,
                GroupEvent.OffsetsExpired,
                GroupEvent.TopicForgotten,
                GroupEvent.GroupDeleted,
                GroupEvent.SlotStaged,
                GroupEvent.GroupsArrived,
                ConsumerGroupEvent,
                ShareGroupEvent {
    /** The number was given to members: it is never given again, whoever leads. */
    record GenerationStarted(String groupId, int generation, long timeMs) implements GroupEvent {}

    /** Members have their assignments, or nobody is left. */
    record GenerationCompleted(String groupId, Roster roster) implements GroupEvent {}

    /** Offsets were committed. */
    record OffsetsCommitted(String groupId, long timeMs, Map<TopicPartition, CommittedOffset> offsets)
            implements GroupEvent {}

    /** Offsets were too old, or somebody had them deleted. */
    record OffsetsExpired(String groupId, List<TopicPartition> partitions) implements GroupEvent {}

    /** The topic is gone, and with it what any group of the slot committed for it. */
    record TopicForgotten(String topic) implements GroupEvent {}

    /** The slot moves, or has moved; where nothing of it is to be left, its groups are gone. */
    record SlotStaged(SlotResidence residence) implements GroupEvent {}

    /** Groups came from the shard that the slot was in before. */
    record GroupsArrived(List<StoredGroup> groups) implements GroupEvent {
        public GroupsArrived {
            groups = List.copyOf(groups);
        }
    }

    /** The group and its offsets are gone. */
    record GroupDeleted(String groupId) implements GroupEvent {}
}
