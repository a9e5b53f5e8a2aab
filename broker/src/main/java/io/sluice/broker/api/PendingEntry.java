package io.sluice.broker.api;

/**
 * An entry that a group has handed out and that is not acknowledged.
 *
 * @param offset of its record
 * @param id its id
 * @param consumer who has it; empty if it was given back
 * @param timeMs when it was handed out, wall time; 0 if it was given back
 * @param deliveries how often; {@link Long#MAX_VALUE} if it was given back for good
 */
public record PendingEntry(long offset, EntryId id, String consumer, long timeMs, long deliveries) {
    /** Whether nobody has it. */
    public boolean isGivenBack() {
        return consumer.isEmpty() && timeMs == 0;
    }
}
