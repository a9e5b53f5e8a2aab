package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class ClusterHandlers {
    private ClusterHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(
                new ApiVersionsHandler(),
                new InitProducerIdHandler(),
                new DescribeClusterHandler(),
                new DescribeLogDirsHandler(),
                new DescribeQuorumHandler(),
                new UnregisterBrokerHandler(),
                new UpdateFeaturesHandler());
    }
}
