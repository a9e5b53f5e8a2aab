package io.sluice.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What producers sent and what the broker acknowledged at which offset; records are known by their
 * {@link TestPayload} identity. Takes some 40 bytes a record, so that half an hour of load fits a small heap. Safe for any
 * thread.
 */
public final class ProduceHistory {
    private static final long NEVER_SENT = Long.MIN_VALUE;
    private static final long NOT_ACKNOWLEDGED = Long.MIN_VALUE + 1;

    /** Takes what was acknowledged. */
    @FunctionalInterface
    interface AcknowledgementTaker {
        /** The offset is -1 where the broker did not say it. */
        void take(long identity, long offset);
    }

    private final Map<TopicPartition, Long2LongHashMap> offsets = new HashMap<>();
    private long acknowledgedCount;

    /** Notes a record before it is handed to the client. */
    public synchronized void sent(TopicPartition partition, long identity) {
        offsetsOf(partition).putIfAbsent(identity, NOT_ACKNOWLEDGED);
    }

    /** Notes an acknowledgement; a repeat that is too old is acknowledged without its offset, which is -1 then. */
    public synchronized void acknowledged(TopicPartition partition, long offset, long identity) {
        offsetsOf(partition).put(identity, offset);
        acknowledgedCount++;
    }

    private Long2LongHashMap offsetsOf(TopicPartition partition) {
        return offsets.computeIfAbsent(partition, first -> new Long2LongHashMap(NEVER_SENT));
    }

    /** Acknowledgements so far. */
    public synchronized long acknowledgedCount() {
        return acknowledgedCount;
    }

    /** Records that were handed to a client so far. */
    public synchronized long sentCount() {
        return offsets.values().stream().mapToLong(Long2LongHashMap::size).sum();
    }

    synchronized boolean wasSent(TopicPartition partition, long identity) {
        Long2LongHashMap known = offsets.get(partition);
        return known != null && known.containsKey(identity);
    }

    /** Partitions that something was sent to. */
    synchronized List<TopicPartition> partitions() {
        return List.copyOf(offsets.keySet());
    }

    /** Hands over all that was acknowledged in a partition; nothing may be noted meanwhile by the same thread. */
    synchronized void forEachAcknowledged(TopicPartition partition, AcknowledgementTaker taker) {
        offsetsOf(partition).forEachLong((identity, offset) -> {
            if (offset != NOT_ACKNOWLEDGED) {
                taker.take(identity, offset);
            }
        });
    }
}
