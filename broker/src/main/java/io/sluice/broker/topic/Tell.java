package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;

/** Runs a task on shard 0's apply thread, after what was decided before it is committed. Nobody hears while the broker stops. */
record Tell(Runnable task) implements Command<MetadataState> {
    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        decision.afterCommit(task, error -> {});
    }

    @Override
    public void refused(ErrorCode reason) {}
}
