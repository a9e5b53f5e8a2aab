package io.sluice.broker.group.stored;

import io.sluice.broker.group.assign.PartitionSet;

/**
 * A member of a share group. Partitions are shared, so it has its target as soon as it speaks: there is nothing to wait for.
 *
 * @param id its id
 * @param profile what it said of itself
 * @param epoch the epoch it was told last; 0 before its first answer
 * @param previousEpoch the one before, which it may still believe in if an answer got lost
 * @param assigned what it was told to take records from
 */
public record ShareMember(String id, ShareProfile profile, int epoch, int previousEpoch, PartitionSet assigned) {
    static ShareMember joining(String id, ShareProfile profile) {
        return new ShareMember(id, profile, 0, 0, PartitionSet.EMPTY);
    }

    ShareMember withProfile(ShareProfile newProfile) {
        return new ShareMember(id, newProfile, epoch, previousEpoch, assigned);
    }
}
