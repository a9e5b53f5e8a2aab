package io.sluice.replication.runtime;

import java.util.List;

/** Takes commands for state machines; a shard is one. */
public interface CommandRunner {
    /** Queues the command; decided in order of arrival. Any thread. */
    <M extends StateMachine> void submit(M machine, Command<M> command);

    /** As {@link #submit} one after the other, with nothing between them: they are decided together if there is room. */
    default void submitTogether(List<Submitted<?>> commands) {
        commands.forEach(each -> each.to(this));
    }

    /** A command and its machine. */
    record Submitted<M extends StateMachine>(M machine, Command<M> command) {
        private void to(CommandRunner runner) {
            runner.submit(machine, command);
        }

        /** Queues it for the decision that comes next. */
        public void to(DecideRuntime runtime) {
            runtime.enqueue(machine, command);
        }
    }
}
