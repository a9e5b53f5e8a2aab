package io.sluice.broker.stream;

import io.sluice.common.TopicId;
import io.sluice.replication.runtime.StateMachine;
import java.util.function.UnaryOperator;

/** The streams of a shard before there is anything to serve them with: a shard is opened with its machines. */
public final class StreamShard {
    private final StreamMachine machine;

    /** Without streams; when it is opened {@code sameIds} answers the object for a topic's id that is there already, or the one given. */
    public StreamShard(UnaryOperator<TopicId> sameIds) {
        machine = new StreamMachine(sameIds);
    }

    /** The shard is open, if it ever was: {@code sameIds} is not asked any more. */
    public void opened() {
        machine.opened();
    }

    /** The object that it has for the id of a stream's topic, or the one given; for {@link io.sluice.replication.ShardSpec}. */
    public TopicId sameId(TopicId topicId) {
        return machine.same(topicId);
    }

    /** For the shard. */
    public StateMachine stateMachine() {
        return machine;
    }

    StreamMachine machine() {
        return machine;
    }
}
