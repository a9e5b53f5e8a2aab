package io.sluice.broker.forward;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.StateMachine;

/**
 * A command that another node may decide.
 *
 * @param <M> the machine it is for
 */
public interface ForwardedCommand<M extends StateMachine> extends Command<M> {
    /** What it is, among all that travel: see {@link CommandKinds}. */
    int kind();

    /**
     * Whether it may be decided once more where nobody can tell if it was: the state is then as after once, though the answer
     * may say so, as that a topic exists already.
     */
    default boolean mayBeRepeated() {
        return true;
    }

    /** Writes what it wants. Any thread. */
    void write(ByteWriter out);

    /** Somebody else decided it: reads what that one answered. On the apply thread, once this node has applied it. */
    void answered(M state, ByteReader in);
}
