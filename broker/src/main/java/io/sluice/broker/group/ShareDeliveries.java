package io.sluice.broker.group;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of the records of share groups, which is the state of partitions, where groups touch it. Called on the
 * shard's apply thread: it hands over and never blocks.
 */
public interface ShareDeliveries {
    /** There are none. */
    ShareDeliveries NONE = new ShareDeliveries() {
        @Override
        public void memberGone(String groupId, String memberId, PartitionSet assigned) {}

        @Override
        public CompletableFuture<ErrorCode> forget(String groupId) {
            return CompletableFuture.completedFuture(ErrorCode.NONE);
        }
    };

    /**
     * The member left or was silent for its session, and that is durable: what it holds is free. {@code assigned} is what
     * it was told to take records from.
     */
    void memberGone(String groupId, String memberId, PartitionSet assigned);

    /** The group is about to be deleted: forgets what it has in any partition. */
    CompletableFuture<ErrorCode> forget(String groupId);
}
