package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;

/**
 * Runs a task on shard 0's apply thread when nothing undecided is in the state: on a node that leads after what was
 * decided before it has ended, on another one at once. Nobody hears while the broker stops.
 */
record Look(Runnable task) implements Command<MetadataState> {
    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        decision.afterCommit(task, error -> task.run());
    }

    @Override
    public void refused(ErrorCode reason) {
        task.run();
    }
}
