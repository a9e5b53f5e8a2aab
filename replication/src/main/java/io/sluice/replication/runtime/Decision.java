package io.sluice.replication.runtime;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** What a command decided. Used during the call it is passed to only. */
public interface Decision {
    /** Emits an event of the deciding machine: applied to it before this returns, durable before any answer of this decision. */
    void emit(ByteBuffer event);

    /**
     * Answers somebody once everything this decision saw and emitted is durable; {@code onFailed} instead if that will
     * not be known here. Runs on the apply thread: it hands over and does no work.
     */
    void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed);
}
