package io.sluice.broker.group;

import io.sluice.broker.group.stored.ShareGroupEvent;
import io.sluice.broker.group.stored.ShareGroupState;

/** A share group in a turn: its replicated and its live part. */
record ShareGroup(Turn turn, String id, ShareGroupState state, LiveShareGroup live) {
    void emit(ShareGroupEvent event) {
        turn.emit(event);
    }
}
