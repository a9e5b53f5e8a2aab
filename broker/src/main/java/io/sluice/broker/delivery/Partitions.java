package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import org.jspecify.annotations.Nullable;

/** The partitions of this node. Any thread; a look-up or two. */
interface Partitions {
    /** The group's partition, null if it is not served here or its topic is not known (yet). */
    @Nullable
    OpenPartition find(DeliveryGroup group);
}
