package io.sluice.replication.runtime;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Events that were decided together and commit together. Made by the runtime; whoever journals it hands it back.
 *
 * @param events in the order in which they were applied
 */
public record EventBatch(List<Event> events) {
    /**
     * One event.
     *
     * @param machine whose state it changes
     * @param bytes in the machine's own format; read by absolute access or through duplicates only
     */
    public record Event(StateMachine machine, ByteBuffer bytes) {}
}
