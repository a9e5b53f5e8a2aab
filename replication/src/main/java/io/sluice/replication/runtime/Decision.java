package io.sluice.replication.runtime;

import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What a command decided, or a machine at its deadline. Used during the call it is passed to only.
 *
 * <p>All events of a decision are in one entry of the journal, so together they have at most {@link
 * EventBatch#DECISION_BYTES_MAX}. A command that emits more is undone, and its answers fail with {@link
 * io.sluice.common.ErrorCode#MESSAGE_TOO_LARGE}; a deadline must not: it asks {@link #hasRoom}.
 */
public interface Decision {
    /** Emits an event of the deciding machine: applied to it before this returns, durable before any answer of this decision. */
    void emit(ByteBuffer event);

    /**
     * Appends a record batch together with this decision's events, of which there is at least one: both or neither. The
     * record batch counts as an event of its size.
     */
    void append(EventBatch.Append append);

    /**
     * Puts a record batch or a change of the partition table into the same entry as this decision's events, before them:
     * applied in the order of these calls, and before any answer. The decision must emit an event too.
     */
    void attach(EntryItem item);

    /** So many bytes will be attached when the batch is complete ({@link StateMachine#completing}): they take room now. */
    void expect(int lengthBytes);

    /**
     * Whether further events belong into the same entry. A deadline with many things to do leaves the rest of them where there
     * is no room: it is called again as soon as these are committed.
     */
    boolean hasRoom();

    /**
     * Nobody waits for what this decision emits: it may go into the entry of what is decided next, if that comes within
     * moments. Until then a crash or a change of leaders takes it back.
     */
    default void unhurried() {}

    /**
     * Answers somebody once everything this decision saw and emitted is durable; {@code onFailed} instead if that will
     * not be known here ({@link io.sluice.common.ErrorCode#NOT_LEADER_OR_FOLLOWER}) or if it was not taken at all ({@link
     * io.sluice.common.ErrorCode#NOT_COORDINATOR}). Runs on the apply thread: it hands over and does no work.
     */
    void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed);
}
