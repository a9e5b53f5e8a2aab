package io.sluice.broker.topic;

import io.sluice.broker.topic.MetadataEvent.MemoryLost;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;

/**
 * A new run of the process: begins a new epoch for topics that memory alone held, and then runs the task as {@link Look}
 * does. Other nodes have no such topics.
 */
record BeginRun(Runnable task) implements Command<MetadataState> {
    @Override
    public void decide(MetadataState state, Decision decision, long nowMs) {
        boolean isAnyLost =
                state.topics().stream().anyMatch(each -> each.topic().durability() == Durability.MEMORY);
        if (isAnyLost) {
            state.emit(decision, new MemoryLost());
        }
        decision.afterCommit(task, error -> task.run());
    }

    @Override
    public void refused(ErrorCode reason) {
        task.run();
    }
}
