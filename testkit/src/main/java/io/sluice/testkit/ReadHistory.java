package io.sluice.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.LongArrayList;
import org.apache.kafka.common.TopicPartition;

/** What a reader saw, in the order in which it saw it, in some 20 bytes a record. Safe for any thread. */
public final class ReadHistory {
    /**
     * A record that was read.
     *
     * @param offset where
     * @param identity whose, or {@link TestPayload#NOT_OURS}
     */
    public record Seen(long offset, long identity) {}

    // Offset and identity by turns: objects of millions of records would take most of a test's heap.
    private final Map<TopicPartition, LongArrayList> seen = new HashMap<>();

    /** Notes a record as it was read. */
    public void saw(TopicPartition partition, long offset, byte[] value) {
        saw(partition, new Seen(offset, TestPayload.identityOf(value)));
    }

    /** Notes a record whose bytes were looked at before. */
    public synchronized void saw(TopicPartition partition, Seen record) {
        LongArrayList records = seen.computeIfAbsent(partition, first -> new LongArrayList());
        records.addLong(record.offset());
        records.addLong(record.identity());
    }

    /** Partitions in which something was seen. */
    public synchronized List<TopicPartition> partitions() {
        return List.copyOf(seen.keySet());
    }

    /** A copy of what was seen in a partition, empty if nothing was. */
    public synchronized List<Seen> of(TopicPartition partition) {
        LongArrayList records = seen.getOrDefault(partition, new LongArrayList());
        List<Seen> copy = new ArrayList<>(records.size() / 2);
        for (int i = 0; i < records.size(); i += 2) {
            copy.add(new Seen(records.getLong(i), records.getLong(i + 1)));
        }
        return copy;
    }

    /** How many records were seen. */
    public synchronized long count() {
        return seen.values().stream().mapToLong(LongArrayList::size).sum() / 2;
    }
}
