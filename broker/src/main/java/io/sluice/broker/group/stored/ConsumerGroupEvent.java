package io.sluice.broker.group.stored;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import java.util.List;
import java.util.Map;

/** What a group of the consumer protocol goes through. */
public sealed interface ConsumerGroupEvent extends GroupEvent {
    String groupId();

    /** The group's epoch; a group that was classic or unknown is a consumer group from now on, without members. */
    record EpochSet(String groupId, int epoch, long subscriptionHash, long timeMs) implements ConsumerGroupEvent {}

    /** A member came or said something new of itself. */
    record MemberSet(String groupId, String memberId, ConsumerProfile profile) implements ConsumerGroupEvent {}

    /** A member went on its way to the target. */
    record MemberPlaced(
            String groupId,
            String memberId,
            int epoch,
            int previousEpoch,
            Phase phase,
            PartitionSet assigned,
            PartitionSet revoking)
            implements ConsumerGroupEvent {
        /** As the member is. */
        public static MemberPlaced of(String groupId, ConsumerMember member) {
            return new MemberPlaced(
                    groupId,
                    member.id(),
                    member.epoch(),
                    member.previousEpoch(),
                    member.phase(),
                    member.assigned(),
                    member.revoking());
        }
    }

    /** A static member goes on under another member id. */
    record MemberReplaced(String groupId, String memberId, String successorId) implements ConsumerGroupEvent {}

    /** A member is out, and what it had is free. */
    record MemberGone(String groupId, String memberId) implements ConsumerGroupEvent {}

    /** The target of this epoch; members that are not named keep theirs. */
    record TargetSet(String groupId, int epoch, Map<String, PartitionSet> changed) implements ConsumerGroupEvent {}

    /** The topics that a pattern stands for. */
    record RegexResolved(String groupId, String regex, List<String> topics) implements ConsumerGroupEvent {}
}
