package io.sluice.broker.stream;

import io.sluice.replication.runtime.StateMachine;

/** The streams of a shard before there is anything to serve them with: a shard is opened with its machines. */
public final class StreamShard {
    private final StreamMachine machine = new StreamMachine();

    /** Without streams. */
    public StreamShard() {}

    /** For the shard. */
    public StateMachine stateMachine() {
        return machine;
    }

    StreamMachine machine() {
        return machine;
    }
}
