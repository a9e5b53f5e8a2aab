package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.common.ErrorCode;
import org.jspecify.annotations.Nullable;

/** The partitions of this node. Any thread; a look-up or two. */
interface Partitions {
    /** The group's partition, null if it is not served here or its topic is not known (yet). */
    @Nullable
    OpenPartition find(DeliveryGroup group);

    /** What a client is told where {@link #find} finds nothing: NOT_LEADER_OR_FOLLOWER if there is such a partition, elsewhere. */
    default ErrorCode absence(DeliveryGroup group) {
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }
}
