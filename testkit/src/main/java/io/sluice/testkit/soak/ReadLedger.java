package io.sluice.testkit.soak;

import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.ReadHistory.Seen;
import io.sluice.testkit.TestPayload;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What groups read from partitions that begin at offset 0 and lose nothing: which offsets each group has seen, and which
 * record was found where. Two readers that find different records at the same offset contradict each other. Safe for any
 * thread.
 */
final class ReadLedger {
    private final Map<TopicPartition, Found> foundByPartition = new HashMap<>();
    private final Map<String, Map<TopicPartition, BitSet>> seenByGroup = new HashMap<>();
    private long contradictions;

    /** Identities by offset; a record nobody read yet is {@link #NOTHING}. */
    private static final class Found {
        private static final long NOTHING = Long.MIN_VALUE;

        private long[] identities = new long[0];

        long at(int offset) {
            return offset < identities.length ? identities[offset] : NOTHING;
        }

        void put(int offset, long identity) {
            if (offset >= identities.length) {
                int used = identities.length;
                identities = Arrays.copyOf(identities, Math.max(offset + 1, used * 2));
                Arrays.fill(identities, used, identities.length, NOTHING);
            }
            identities[offset] = identity;
        }
    }

    void saw(String group, TopicPartition partition, long offset, byte[] value) {
        saw(group, partition, Math.toIntExact(offset), TestPayload.identityOf(value));
    }

    private synchronized void saw(String group, TopicPartition partition, int offset, long identity) {
        seenByGroup
                .computeIfAbsent(group, key -> new HashMap<>())
                .computeIfAbsent(partition, key -> new BitSet())
                .set(offset);
        Found found = foundByPartition.computeIfAbsent(partition, key -> new Found());
        long before = found.at(offset);
        if (before == Found.NOTHING) {
            found.put(offset, identity);
        } else if (before != identity) {
            contradictions++;
        }
    }

    /** How often a reader found another record than a reader before at the same offset. */
    synchronized long contradictions() {
        return contradictions;
    }

    /** How many records below the end offsets {@code group} has not seen. */
    synchronized long missing(String group, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, BitSet> seen = seenByGroup.getOrDefault(group, Map.of());
        long missing = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            int length = Math.toIntExact(end.getValue());
            BitSet offsets = seen.getOrDefault(end.getKey(), new BitSet());
            missing += length - offsets.get(0, length).cardinality();
        }
        return missing;
    }

    /** Every record that any group read, once. */
    synchronized ReadHistory history() {
        ReadHistory history = new ReadHistory();
        foundByPartition.forEach((partition, found) -> {
            for (int offset = 0; offset < found.identities.length; offset++) {
                if (found.at(offset) != Found.NOTHING) {
                    history.saw(partition, new Seen(offset, found.at(offset)));
                }
            }
        });
        return history;
    }
}
