package io.sluice.testkit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * What producers sent and what the broker acknowledged at which offset; records are known by their
 * {@link TestPayload} identity. Safe for any thread.
 */
public final class ProduceHistory {
    private final Map<TopicPartition, Set<Long>> sent = new HashMap<>();
    private final Map<TopicPartition, Map<Long, Long>> acknowledged = new HashMap<>();
    private long acknowledgedCount;

    /** Notes a record before it is handed to the client. */
    public synchronized void sent(TopicPartition partition, long identity) {
        sent.computeIfAbsent(partition, key -> new HashSet<>()).add(identity);
    }

    /** Notes an acknowledgement; a repeat that is too old is acknowledged without its offset, which is -1 then. */
    public synchronized void acknowledged(TopicPartition partition, long offset, long identity) {
        acknowledged.computeIfAbsent(partition, key -> new HashMap<>()).put(identity, offset);
        acknowledgedCount++;
    }

    /** Acknowledgements so far. */
    public synchronized long acknowledgedCount() {
        return acknowledgedCount;
    }

    /** Records that were handed to a client so far. */
    public synchronized long sentCount() {
        return sent.values().stream().mapToLong(Set::size).sum();
    }

    synchronized boolean wasSent(TopicPartition partition, long identity) {
        return sent.getOrDefault(partition, Set.of()).contains(identity);
    }

    // Offsets by identity.
    synchronized Map<TopicPartition, Map<Long, Long>> acknowledgements() {
        Map<TopicPartition, Map<Long, Long>> copy = new HashMap<>();
        acknowledged.forEach((partition, offsets) -> copy.put(partition, Map.copyOf(offsets)));
        return copy;
    }
}
