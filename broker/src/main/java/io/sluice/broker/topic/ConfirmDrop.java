package io.sluice.broker.topic;

import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;

/** Notes that a data shard has dropped a deleted topic. If it fails, the next start drops again, which changes nothing. */
record ConfirmDrop(TopicId id) implements Command<MetadataState> {
    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        if (state.dropping(id).isPresent()) {
            state.emit(decision, new TopicDropped(id));
        }
    }

    @Override
    public void refused(ErrorCode reason) {}
}
