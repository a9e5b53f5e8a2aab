package io.sluice.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What a reader saw, in the order in which it saw it. Safe for any thread. */
public final class ReadHistory {
    /**
     * A record that was read.
     *
     * @param offset where
     * @param identity whose, or {@link TestPayload#NOT_OURS}
     */
    public record Seen(long offset, long identity) {}

    private final Map<TopicPartition, List<Seen>> seen = new HashMap<>();

    /** Notes a record as it was read. */
    public synchronized void saw(TopicPartition partition, long offset, byte[] value) {
        saw(partition, new Seen(offset, TestPayload.identityOf(value)));
    }

    /** Notes a record whose bytes were looked at before. */
    public synchronized void saw(TopicPartition partition, Seen record) {
        seen.computeIfAbsent(partition, key -> new ArrayList<>()).add(record);
    }

    /** A copy of everything seen. */
    public synchronized Map<TopicPartition, List<Seen>> all() {
        Map<TopicPartition, List<Seen>> copy = new HashMap<>();
        seen.forEach((partition, records) -> copy.put(partition, List.copyOf(records)));
        return copy;
    }

    /** How many records were seen. */
    public synchronized long count() {
        return seen.values().stream().mapToLong(List::size).sum();
    }
}
