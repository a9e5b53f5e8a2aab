package io.sluice.broker.topic;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.topic.MetadataEvent.ShardDropped;
import io.sluice.broker.topic.MetadataEvent.TopicDropped;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;

/** Notes that a data shard has dropped a deleted topic. If it fails, the next start drops again, which changes nothing. */
record ConfirmDrop(TopicId id, int shard, Runnable ended) implements ForwardedCommand<MetadataState> {
    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        state.dropping(id).filter(known -> known.shards().contains(shard)).ifPresent(known -> {
            boolean isLast = known.shards().size() == 1;
            state.emit(decision, isLast ? new TopicDropped(id) : new ShardDropped(id, shard));
        });
        decision.afterCommit(ended, error -> ended.run());
    }

    @Override
    public int kind() {
        return CommandKinds.CONFIRM_DROP;
    }

    @Override
    public void write(ByteWriter out) {
        out.putId(id).putInt(shard);
    }

    @Override
    public void answered(MetadataState state, ByteReader in) {
        ended.run();
    }

    @Override
    public void refused(ErrorCode reason) {
        ended.run();
    }
}
