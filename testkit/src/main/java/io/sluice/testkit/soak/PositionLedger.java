package io.sluice.testkit.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Positions that were committed and acknowledged. What the broker answers later may be ahead of them, never behind. Safe
 * for any thread.
 */
final class PositionLedger {
    private static final int EXAMPLES_KEPT = 5;

    private final Map<String, Map<TopicPartition, Long>> floors = new HashMap<>();
    private final List<String> examples = new ArrayList<>();
    private long regressions;

    /** Notes an acknowledged commit. Of two, the later position counts, in whatever order they are told. */
    synchronized void committed(String group, Map<TopicPartition, OffsetAndMetadata> positions) {
        Map<TopicPartition, Long> known = floors.computeIfAbsent(group, key -> new HashMap<>());
        positions.forEach((partition, position) -> known.merge(partition, position.offset(), Math::max));
    }

    /** A copy of what is known by group; to be taken before the broker is asked. */
    synchronized Map<String, Map<TopicPartition, Long>> snapshot() {
        Map<String, Map<TopicPartition, Long>> copy = new HashMap<>();
        floors.forEach((group, known) -> copy.put(group, Map.copyOf(known)));
        return copy;
    }

    /**
     * Compares what the broker answered for {@code group} with what was known before it was asked; the answer is a floor
     * from then on. Partitions without a position are not in it.
     */
    synchronized void audit(
            String group, Map<TopicPartition, Long> known, Map<TopicPartition, OffsetAndMetadata> answer) {
        Map<TopicPartition, Long> newest = floors.computeIfAbsent(group, key -> new HashMap<>());
        known.forEach((partition, floor) -> {
            OffsetAndMetadata position = answer.get(partition);
            if (position == null || position.offset() < floor) {
                wentBack(group + " " + partition + ": committed " + floor + ", later " + position);
            }
        });
        answer.forEach((partition, position) -> newest.merge(partition, position.offset(), Math::max));
    }

    private void wentBack(String example) {
        regressions++;
        if (examples.size() < EXAMPLES_KEPT) {
            examples.add(example);
        }
    }

    synchronized long regressions() {
        return regressions;
    }

    synchronized List<String> examples() {
        return List.copyOf(examples);
    }
}
