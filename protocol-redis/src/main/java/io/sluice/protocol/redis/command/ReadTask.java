package io.sluice.protocol.redis.command;

import io.sluice.protocol.redis.resp.ReplyWriter;

/**
 * A command that reads, step by step: a step writes a piece of the reply, so that a long one never stands in memory as a whole.
 * Throws {@link RedisException} before it has written anything, {@link EntriesGoneException} behind that. One thread at a time.
 */
public interface ReadTask {
    /** How a step ended. */
    enum Status {
        /** The reply is written. */
        DONE,
        /** Another step is needed, once the client has taken what is written. */
        MORE,
        /** The next step must be allowed to block. */
        ON_DISK,
        /** There is nothing yet; the next step comes when one of the keys has changed. */
        WAIT
    }

    /** Writes on; {@code mayBlock} on threads for that only. */
    Status step(Views views, boolean mayBlock, ReplyWriter out);

    /** After {@link Status#WAIT}: for how long, 0 for ever. */
    default long waitMs() {
        return 0;
    }

    /** The wait is over without an answer. */
    default void timedOut(ReplyWriter out) {
        out.nilArray();
    }
}
