package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.PartitionPlacement;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.Optional;

/**
 * Who leads a partition that this node does not lead, so that the client goes there at once instead of asking for metadata
 * first (KIP-951).
 *
 * @param leaderId the node
 * @param leaderEpoch its epoch
 * @param node where clients reach it
 */
record LeaderHint(int leaderId, int leaderEpoch, Nodes.Node node) {
    /** The hint that goes with an error; none if no other node is known to lead. */
    static Optional<LeaderHint> of(Place place, ErrorCode error, ColdContext context) {
        if (error != ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            return Optional.empty();
        }
        Result<Topic> topic = context.broker().topics().find(place.topicId(), Operation.READ);
        if (!topic.isOk() || place.partition() >= topic.get().partitionCount()) {
            return Optional.empty();
        }
        PartitionPlacement placed = context.broker().cluster().placement(topic.get(), place.partition());
        return Nodes.find(placed.leaderId(), context)
                .filter(node -> node.id() != context.broker().nodeId())
                .map(node -> new LeaderHint(placed.leaderId(), placed.leaderEpoch(), node));
    }
}
