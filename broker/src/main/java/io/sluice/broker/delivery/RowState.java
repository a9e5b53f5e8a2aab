package io.sluice.broker.delivery;

/** States of a row; the numbers are stored. {@link #DELAYED} becomes {@link #AVAILABLE} by time alone and is stored as that. */
final class RowState {
    /** A member has it until the row's time. */
    static final byte ACQUIRED = 1;

    /** A member has it without an end; the row's time is when it was handed out. */
    static final byte HELD = 2;

    /** Anybody may have it; the row's time is since when. */
    static final byte AVAILABLE = 3;

    /** Anybody may have it from the row's time on. */
    static final byte DELAYED = 4;

    /** Given up, and on its way into the dead-letter topic since the row's time. */
    static final byte DEAD_LETTERING = 5;

    /** Nobody's until the records of its key before it are done; the row's time is since when. */
    static final byte BLOCKED = 6;

    /** One more than the largest. */
    static final int COUNT = 7;

    private RowState() {}

    /** Whether something happens at the row's time. */
    static boolean isTimed(byte state) {
        return state == ACQUIRED || state == DELAYED;
    }

    /** Whether a member has it. */
    static boolean isWithMember(byte state) {
        return state == ACQUIRED || state == HELD;
    }
}
