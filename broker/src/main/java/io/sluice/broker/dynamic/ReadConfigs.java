package io.sluice.broker.dynamic;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;

/** Runs a task on the apply thread when all that the state shows is committed, whether this node decides or not. */
record ReadConfigs(Runnable task) implements Command<ConfigsState> {
    @Override
    public void decide(ConfigsState state, Decision decision, long nowMs) {
        decision.afterCommit(task, error -> task.run());
    }

    @Override
    public void refused(ErrorCode reason) {
        task.run();
    }
}
