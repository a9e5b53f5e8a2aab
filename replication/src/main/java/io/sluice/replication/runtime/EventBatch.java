package io.sluice.replication.runtime;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Events that were decided together and commit together. Made by the runtime; whoever journals it hands it back.
 *
 * @param events in the order in which they were applied
 */
public record EventBatch(List<Event> events) {
    /** The events of one decision have together at most so much, with {@link #OVERHEAD_BYTES} for each. */
    public static final int DECISION_BYTES_MAX = 16 << 20;

    /** A batch takes no further decision once it has so much. */
    public static final int FULL_BYTES = 512 << 10;

    /** What an event takes in an entry beside its own bytes. */
    public static final int OVERHEAD_BYTES = 12;

    /**
     * One event.
     *
     * @param machine whose state it changes
     * @param bytes in the machine's own format; read by absolute access or through duplicates only
     */
    public record Event(StateMachine machine, ByteBuffer bytes) {}
}
