package io.sluice.replication.runtime;

import io.sluice.common.TopicId;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Events that were decided together and commit together. Made by the runtime; whoever journals it hands it back.
 *
 * @param events in the order in which they were applied; there is at least one
 * @param appends record batches that are appended if and only if the events commit, behind them
 * @param items what stands before the events in their entry
 */
public record EventBatch(List<Event> events, List<Append> appends, List<EntryItem> items) {
    /** Events alone. */
    public EventBatch(List<Event> events) {
        this(events, List.of(), List.of());
    }

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

    /**
     * One record batch for a partition of the same shard; lost if that is gone when it is applied.
     *
     * @param topicId the topic
     * @param partition the partition's number in it
     * @param batch record batch v2 without a producer id, checked; read by absolute access or through duplicates only
     */
    public record Append(TopicId topicId, int partition, ByteBuffer batch) {}
}
