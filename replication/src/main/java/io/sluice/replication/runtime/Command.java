package io.sluice.replication.runtime;

import io.sluice.common.ErrorCode;

/**
 * One request to a state machine.
 *
 * @param <M> the machine it is for
 */
public interface Command<M extends StateMachine> {
    /** Reads the state, emits events, arranges answers. {@code nowMs} is the shard's clock. On the apply thread. */
    void decide(M machine, Decision decision, long nowMs);

    /**
     * It was not decided: {@link ErrorCode#NOT_COORDINATOR} if nobody here decides (no leader, the shard stops). On the apply
     * thread or the submitter's.
     */
    void refused(ErrorCode reason);
}
