package io.sluice.cli;

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
record TopicOffsets(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {

    static TopicOffsets of(Admin admin, Collection<TopicPartition> partitions) {
        return new TopicOffsets(
                list(admin, partitions, OffsetSpec.earliest()), list(admin, partitions, OffsetSpec.latest()));
    }

    static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> partitions) {
        return list(admin, partitions, OffsetSpec.latest());
    }

    long start(TopicPartition partition) {
        return starts.getOrDefault(partition, 0L);
    }

    long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** How many offsets lie between start and end. */
    long count(TopicPartition partition) {
        return end(partition) - start(partition);
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
