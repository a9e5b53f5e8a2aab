package io.sluice.testkit;

import com.google.errorprone.annotations.FormatMethod;
import io.sluice.testkit.HistoryReport.Violation;
import io.sluice.testkit.ReadHistory.Seen;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares what producers were told with what a reader finds from offset 0 to the end: every acknowledged record once,
 * at its offset, byte for byte; each producer's records in its order; nothing that nobody sent. Unacknowledged records
 * may be there or not. Used once, by one thread.
 */
public final class HistoryChecker {
    private static final int EXAMPLES_KEPT = 10;
    private static final long NOT_FOUND = -1;

    private final ProduceHistory produced;
    private final Map<Violation, Long> counts = new EnumMap<>(Violation.class);
    private final List<String> examples = new ArrayList<>();

    private HistoryChecker(ProduceHistory produced) {
        this.produced = produced;
    }

    /**
     * Checks a whole history.
     *
     * @param produced what was sent and acknowledged
     * @param read everything, read once from the first offset to the end
     * @param followed what was seen at any earlier moment; it must still be there
     */
    public static HistoryReport check(ProduceHistory produced, ReadHistory read, ReadHistory followed) {
        HistoryChecker checker = new HistoryChecker(produced);
        Set<TopicPartition> partitions = new HashSet<>(produced.partitions());
        partitions.addAll(read.partitions());
        partitions.addAll(followed.partitions());
        // One after the other, so that only one partition's records are objects at a time.
        for (TopicPartition partition : partitions) {
            List<Seen> found = read.of(partition);
            checker.checkPartition(partition, found);
            checker.checkAcknowledged(partition, found);
            checker.checkFollowed(partition, found, followed.of(partition));
        }
        return new HistoryReport(produced.acknowledgedCount(), read.count(), checker.counts, checker.examples);
    }

    private void checkPartition(TopicPartition partition, List<Seen> records) {
        LongHashSet identities = new LongHashSet();
        Map<Integer, Long> lastByProducer = new HashMap<>();
        long expectedOffset = 0;
        for (Seen record : records) {
            if (record.offset() != expectedOffset) {
                violated(Violation.GAP, partition, "offset %d follows %d", record.offset(), expectedOffset - 1);
            }
            expectedOffset = record.offset() + 1;
            if (!produced.wasSent(partition, record.identity())) {
                violated(Violation.INVENTED, partition, "offset %d holds what nobody sent", record.offset());
            } else if (!identities.add(record.identity())) {
                violated(Violation.DUPLICATED, partition, "offset %d repeats %d", record.offset(), record.identity());
            } else {
                checkOrder(partition, record, lastByProducer);
            }
        }
    }

    private void checkOrder(TopicPartition partition, Seen record, Map<Integer, Long> lastByProducer) {
        Long last = lastByProducer.put(TestPayload.producerOf(record.identity()), record.identity());
        if (last != null && last > record.identity()) {
            violated(
                    Violation.REORDERED, partition, "offset %d: %d after %d", record.offset(), record.identity(), last);
        }
    }

    private void checkAcknowledged(TopicPartition partition, List<Seen> found) {
        Long2LongHashMap offsetByIdentity = new Long2LongHashMap(NOT_FOUND);
        found.forEach(record -> offsetByIdentity.putIfAbsent(record.identity(), record.offset()));
        produced.forEachAcknowledged(partition, (identity, offset) -> {
            long foundAt = offsetByIdentity.get(identity);
            if (foundAt == NOT_FOUND) {
                violated(Violation.LOST, partition, "offset %d: %d is gone", offset, identity);
            } else if (offset >= 0 && foundAt != offset) {
                violated(Violation.MISPLACED, partition, "%d stands at %d, not at %d", identity, foundAt, offset);
            }
        });
    }

    private void checkFollowed(TopicPartition partition, List<Seen> found, List<Seen> followed) {
        Set<Seen> present = new HashSet<>(found);
        for (Seen record : followed) {
            if (!present.contains(record)) {
                violated(Violation.UNSEEN, partition, "%d was read at %d", record.identity(), record.offset());
            }
        }
    }

    @FormatMethod
    private void violated(Violation kind, TopicPartition partition, String format, Object... values) {
        counts.merge(kind, 1L, Long::sum);
        if (examples.size() < EXAMPLES_KEPT) {
            examples.add(kind + " " + partition + ": " + format.formatted(values));
        }
    }
}
