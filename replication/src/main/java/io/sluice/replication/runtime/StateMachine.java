package io.sluice.replication.runtime;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * One replicated state machine of a shard. Commands decide on its state and emit events; events are journaled and change
 * the state through {@link #apply}, here and on every replica. All methods are called on the shard's apply thread.
 *
 * <p>Besides the replicated state a machine may hold soft state that only a leader needs (parked answers, deadlines): it
 * begins empty at {@link #leaderStarted} and is dropped at {@link #leaderStopped}.
 */
public interface StateMachine {
    /** Number of the machine within its shard, for ever: it is written into every event. */
    int id();

    /** Name of its snapshot file, for ever; letters, digits and hyphens. */
    String name();

    /**
     * Changes the state by one event. Deterministic: reads the event and this state only, no clock, no configuration.
     * Total: never throws on an event that {@code decide} emitted. Adds to the undo log what takes the change back.
     */
    void apply(ByteBuffer event, UndoLog undo);

    /** From now on this node decides; the state is complete. */
    void leaderStarted(long nowMs);

    /** This node decides no more; parked answers end with the error. Without soft state there is nothing to do. */
    default void leaderStopped(ErrorCode reason) {}

    /**
     * The state is committed as it is, and differs from the last time this was called: whoever shows it to other threads does
     * so here. Called on every replica, before anybody is answered who changed it, and once after a start.
     */
    default void published() {}

    /** When {@link #deadlinePassed} wants to be called, in shard time; {@link Long#MAX_VALUE} if never. */
    default long nextDeadlineMs() {
        return Long.MAX_VALUE;
    }

    /** Decides what time alone brings (a session that expired, a rebalance that must end). */
    default void deadlinePassed(Decision decision, long nowMs) {}

    /**
     * The batch in which it decided is complete and is submitted next: it emits or attaches what it gathered over several
     * commands. Not called for a batch without events.
     */
    default void completing(Decision decision) {}

    /** The whole replicated state in the machine's own versioned format. */
    ByteBuffer snapshot();

    /**
     * The state of this moment, to be written by whoever asks for the bytes later, on any one thread: for machines whose
     * snapshot takes longer than appends may wait.
     */
    default Supplier<ByteBuffer> captureSnapshot() {
        ByteBuffer taken = snapshot();
        return () -> taken;
    }

    /** Replaces the state by that of a snapshot. */
    void restore(ByteBuffer snapshot);
}
