package io.sluice.replication.runtime;

/** Takes commands for state machines; a shard is one. */
public interface CommandRunner {
    /** Queues the command; decided in order of arrival. Any thread. */
    <M extends StateMachine> void submit(M machine, Command<M> command);
}
