package io.sluice.broker.group;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerMember;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import java.util.Optional;

/**
 * One step of a member towards its target (KIP-848): it gives up before it gets, and gets only what nobody else has. So
 * no partition ever has two readers, whatever members, messages and timeouts do. Pure.
 *
 * @param targetEpoch the epoch of the target
 * @param target what the member shall read
 * @param owned what the member says it has; empty if it does not say
 * @param free whether a partition is nobody's or the member's own
 */
record Reconciliation(int targetEpoch, PartitionSet target, Optional<PartitionSet> owned, PartitionSet.Condition free) {
    /** The member after the step; the same object if there is nothing to do. */
    ConsumerMember step(ConsumerMember member) {
        boolean mustWait = member.phase() == Phase.UNREVOKED && mayHave(member.revoking());
        if (mustWait || member.hasReached(targetEpoch)) {
            return member;
        }
        PartitionSet kept = member.assigned().retain(target);
        PartitionSet lost = member.assigned().minus(target);
        if (!lost.isEmpty() && mayHave(lost)) {
            return moved(member, member.epoch(), Phase.UNREVOKED, kept, lost);
        }
        PartitionSet wanted = target.minus(kept);
        PartitionSet available = wanted.where(free);
        Phase phase = available.count() == wanted.count() ? Phase.STABLE : Phase.UNRELEASED;
        PartitionSet assigned = kept.plus(available.since(targetEpoch));
        return moved(member, targetEpoch, phase, assigned, PartitionSet.EMPTY);
    }

    private boolean mayHave(PartitionSet partitions) {
        return owned.isEmpty() || owned.get().intersects(partitions);
    }

    private static ConsumerMember moved(
            ConsumerMember member, int epoch, Phase phase, PartitionSet assigned, PartitionSet revoking) {
        boolean isSame = member.epoch() == epoch
                && member.phase() == phase
                && member.assigned().equals(assigned)
                && member.revoking().equals(revoking);
        return isSame
                ? member
                : new ConsumerMember(member.id(), member.profile(), epoch, member.epoch(), phase, assigned, revoking);
    }
}
