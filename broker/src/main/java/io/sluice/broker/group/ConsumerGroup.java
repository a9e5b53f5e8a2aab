package io.sluice.broker.group;

import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent;
import io.sluice.broker.group.stored.ConsumerGroupState;

/** A consumer group in a turn: its replicated and its live part. */
record ConsumerGroup(Turn turn, String id, ConsumerGroupState state, LiveConsumerGroup live) {
    void emit(ConsumerGroupEvent event) {
        turn.emit(event);
    }

    /** Whether nobody but the member has the partition. */
    PartitionSet.Condition freeFor(String memberId) {
        return (topic, partition) -> {
            String owner = state.ownerOf(topic, partition);
            return owner == null || owner.equals(memberId);
        };
    }
}
