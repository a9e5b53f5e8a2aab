package io.sluice.broker.group.stored;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.TopicId;

/**
 * A member of a consumer group and how far it is on its way to the target (KIP-848).
 *
 * <pre>
 * from        to          when
 * STABLE      UNREVOKED   the target takes partitions from it
 * STABLE      UNRELEASED  the target gives it partitions that another member has still
 * STABLE      STABLE      the target is reached at once
 * UNREVOKED   any         it no longer has what it was to give up
 * UNRELEASED  any         what it waits for came free, or there is another target
 * </pre>
 *
 * @param id member id
 * @param profile what it said of itself
 * @param epoch the epoch of the target it has reached as far as it could; 0 before the first, −2 while a static member
 *     is away
 * @param previousEpoch the one before: an answer with the new one may not have arrived
 * @param phase see above
 * @param assigned what it may read
 * @param revoking what it must give up first; nobody else gets it until then
 */
public record ConsumerMember(
        String id,
        ConsumerProfile profile,
        int epoch,
        int previousEpoch,
        Phase phase,
        PartitionSet assigned,
        PartitionSet revoking) {
    /** Where it stands; the order is a format. */
    public enum Phase {
        STABLE,
        UNREVOKED,
        UNRELEASED
    }

    /** Before its first assignment. */
    public static ConsumerMember joining(String id, ConsumerProfile profile) {
        return new ConsumerMember(id, profile, 0, 0, Phase.STABLE, PartitionSet.EMPTY, PartitionSet.EMPTY);
    }

    ConsumerMember withProfile(ConsumerProfile newProfile) {
        return new ConsumerMember(id, newProfile, epoch, previousEpoch, phase, assigned, revoking);
    }

    /** The next incarnation of a static member, which begins with what the former one may read. */
    ConsumerMember succeededBy(String newId) {
        return new ConsumerMember(newId, profile, 0, 0, Phase.STABLE, assigned, PartitionSet.EMPTY);
    }

    /** Whether it speaks the classic protocol. */
    public boolean isClassic() {
        return profile.isClassic();
    }

    /** Whether it reads all that this target means for it. */
    public boolean hasReached(int targetEpoch) {
        return phase == Phase.STABLE && epoch == targetEpoch;
    }

    /** The epoch since which it has the partition, to read or to give up; −1 if it has not. */
    public int epochOf(TopicId topic, int partition) {
        return Math.max(assigned.epochOf(topic, partition), revoking.epochOf(topic, partition));
    }
}
