package io.sluice.broker;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import org.jspecify.annotations.Nullable;

/** Stands for a shard that is opened later, because its machines come first and want to know it. Any thread. */
final class LateRunner implements CommandRunner {
    private volatile @Nullable CommandRunner target;

    void become(CommandRunner runner) {
        target = runner;
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        CommandRunner runner = target;
        if (runner == null) {
            command.refused(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        } else {
            runner.submit(machine, command);
        }
    }
}
