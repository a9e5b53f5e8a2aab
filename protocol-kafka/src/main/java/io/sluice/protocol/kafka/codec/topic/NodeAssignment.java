package io.sluice.protocol.kafka.codec.topic;

import java.util.List;
import java.util.Optional;

/** Replicas that a client chose itself: on one node they can only say what is so anyway. Words of Kafka's controller. */
final class NodeAssignment {
    private NodeAssignment() {}

    /** Why a partition cannot live on these nodes; empty if it can. */
    static Optional<String> whyNot(List<Integer> nodes, int nodeId) {
        if (nodes.isEmpty()) {
            return Optional.of("The manual partition assignment includes an empty replica list.");
        }
        for (int node : nodes) {
            if (node != nodeId) {
                return Optional.of("The manual partition assignment includes broker " + node
                        + ", but no such broker is registered.");
            }
        }
        return nodes.size() == 1
                ? Optional.empty()
                : Optional.of("The manual partition assignment includes the broker " + nodeId + " more than once.");
    }
}
