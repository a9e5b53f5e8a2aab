package io.sluice.broker.group.stored;

/**
 * What a group whose members the broker places is as a whole.
 *
 * @param epoch rises with every change of members, subscriptions or topics
 * @param targetEpoch the epoch that the targets are for
 * @param subscriptionHash of the subscribed topics as they were at that epoch
 * @param sinceMs shard time of that epoch: without members, when the group became empty
 */
public record GroupHead(int epoch, int targetEpoch, long subscriptionHash, long sinceMs) {
    /** Of a group that begins, or begins anew, at an epoch. */
    static GroupHead fresh(int epoch, long timeMs) {
        return new GroupHead(epoch, epoch, 0, timeMs);
    }

    GroupHead atEpoch(int newEpoch, long newSubscriptionHash, long timeMs) {
        return new GroupHead(newEpoch, targetEpoch, newSubscriptionHash, timeMs);
    }

    GroupHead shifted(long byMs) {
        return new GroupHead(epoch, targetEpoch, subscriptionHash, sinceMs + byMs);
    }

    GroupHead withTargets(int newTargetEpoch) {
        return new GroupHead(epoch, newTargetEpoch, subscriptionHash, sinceMs);
    }
}
