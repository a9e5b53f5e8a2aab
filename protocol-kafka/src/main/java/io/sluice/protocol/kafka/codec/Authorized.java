package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;

/** What answers say about the caller's own rights (KIP-430). */
public final class Authorized {
    private Authorized() {}

    /** The operations on the cluster; none for who may not describe it, as in Kafka. */
    public static int clusterBits(Access access) {
        int bits = access.operationBits(ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
        return (bits & Operation.DESCRIBE.bit()) == 0 ? 0 : bits;
    }
}
