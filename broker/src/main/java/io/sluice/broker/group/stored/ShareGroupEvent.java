package io.sluice.broker.group.stored;

import io.sluice.broker.group.assign.PartitionSet;
import java.util.Map;

/** What a share group goes through. */
public sealed interface ShareGroupEvent extends GroupEvent {
    String groupId();

    /** The group's epoch; a group that was unknown is a share group from now on, without members. */
    record ShareEpochSet(String groupId, int epoch, long subscriptionHash, long timeMs) implements ShareGroupEvent {}

    /** A member came or said something new of itself. */
    record ShareMemberSet(String groupId, String memberId, ShareProfile profile) implements ShareGroupEvent {}

    /** A member was told what to take records from. */
    record ShareMemberPlaced(String groupId, String memberId, int epoch, int previousEpoch, PartitionSet assigned)
            implements ShareGroupEvent {}

    /** A member is out. */
    record ShareMemberGone(String groupId, String memberId) implements ShareGroupEvent {}

    /** The target of this epoch; members that are not named keep theirs. */
    record ShareTargetSet(String groupId, int epoch, Map<String, PartitionSet> changed) implements ShareGroupEvent {}
}
