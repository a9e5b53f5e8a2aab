package io.sluice.cli.command;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets at which partitions start and end.
 *
 * @param starts the first offset that is there
 * @param ends the offset that the next record gets
 */
public record TopicOffsets(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {

    /** Asks for starts and ends of {@code partitions}. */
    public static TopicOffsets of(Admin admin, Collection<TopicPartition> partitions) {
        return new TopicOffsets(
                list(admin, partitions, OffsetSpec.earliest()), list(admin, partitions, OffsetSpec.latest()));
    }

    /** Asks only for the ends. */
    public static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> partitions) {
        return list(admin, partitions, OffsetSpec.latest());
    }

    /** The first offset that is there; 0 for a partition that was not asked. */
    public long start(TopicPartition partition) {
        return starts.getOrDefault(partition, 0L);
    }

    /** The offset that the next record gets; 0 for a partition that was not asked. */
    public long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** How many offsets lie between start and end. */
    public long count(TopicPartition partition) {
        return end(partition) - start(partition);
    }

    /**
     * The first offset in each partition whose record is not earlier than {@code timeMs}, milliseconds since 1970; the end
     * where there is none.
     */
    public static Map<TopicPartition, Long> atTime(Admin admin, Collection<TopicPartition> partitions, long timeMs) {
        Map<TopicPartition, Long> found = list(admin, partitions, OffsetSpec.forTimestamp(timeMs));
        Map<TopicPartition, Long> ends = ends(admin, partitions);
        Map<TopicPartition, Long> offsets = new HashMap<>(ends);
        found.forEach((partition, offset) -> {
            if (offset >= 0) {
                offsets.put(partition, offset);
            }
        });
        return offsets;
    }

    private static Map<TopicPartition, Long> list(Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                BrokerCommand.await(admin.listOffsets(asked).all());
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }
}
