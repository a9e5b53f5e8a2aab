package io.sluice.testkit.soak;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;

/** How the members of a group are coordinated. */
enum GroupKind {
    /** The classic protocol, where everything is given up in each rebalance. */
    CLASSIC_EAGER(true, RangeAssignor.class.getName()),
    /** The consumer protocol (KIP-848) with the server-side assignor {@code uniform}. */
    CONSUMER_UNIFORM(false, "uniform"),
    /** The classic protocol, where members keep what they keep (KIP-429). */
    CLASSIC_COOPERATIVE(true, CooperativeStickyAssignor.class.getName()),
    /** The consumer protocol with the server-side assignor {@code range}. */
    CONSUMER_RANGE(false, "range");

    private static final int HEARTBEAT_MS = 1_000;

    private final boolean isClassic;
    private final String assignor;

    GroupKind(boolean isClassic, String assignor) {
        this.isClassic = isClassic;
        this.assignor = assignor;
    }

    /** Settings of a member; in the consumer protocol the broker says how often and for how long. */
    Map<String, Object> settings() {
        if (!isClassic) {
            return Map.of(
                    ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                    "consumer",
                    ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
                    assignor);
        }
        return Map.of(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                assignor,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SoakClients.SESSION_TIMEOUT_MS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                HEARTBEAT_MS);
    }
}
