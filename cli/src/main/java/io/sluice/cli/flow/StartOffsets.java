package io.sluice.cli.flow;

import io.sluice.cli.command.CommandException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** The offset in each partition at which a {@link StartPosition} begins. */
final class StartOffsets {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConsumePlan plan;
    private final Map<TopicPartition, Long> ends;

    StartOffsets(KafkaConsumer<byte[], byte[]> consumer, ConsumePlan plan, Map<TopicPartition, Long> ends) {
        this.consumer = consumer;
        this.plan = plan;
        this.ends = ends;
    }

    /**
     * Asks the broker where it must.
     *
     * @throws CommandException when an offset is outside of what the partition holds
     */
    Map<TopicPartition, Long> of(List<TopicPartition> partitions) {
        return switch (plan.start()) {
            case StartPosition.Beginning() -> consumer.beginningOffsets(partitions);
            case StartPosition.End() -> Map.copyOf(ends);
            case StartPosition.Offset(long offset) -> atOffset(partitions, offset);
            case StartPosition.Time(var time) -> atTime(partitions, time.toEpochMilli());
            case StartPosition.Last(int count) -> fromEnd(partitions, count);
            case StartPosition.Group(String name) ->
                throw new IllegalStateException("group " + name + " has its own positions");
        };
    }

    private Map<TopicPartition, Long> atOffset(List<TopicPartition> partitions, long offset) {
        if (partitions.size() > 1) {
            throw new CommandException(plan.topic() + " has " + partitions.size()
                    + " partitions, each with its own offsets; say which with --partition N");
        }
        TopicPartition partition = partitions.getFirst();
        long start = consumer.beginningOffsets(partitions).getOrDefault(partition, 0L);
        long end = ends.getOrDefault(partition, 0L);
        if (offset < start || offset > end) {
            throw new CommandException("partition " + partition.partition() + " of " + plan.topic() + " holds "
                    + (start == end ? "no offsets; the next is " + end : "offsets " + start + " to " + (end - 1))
                    + ", not " + offset);
        }
        return Map.of(partition, offset);
    }

    private Map<TopicPartition, Long> atTime(List<TopicPartition> partitions, long timeMs) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, timeMs));
        Map<TopicPartition, Long> found = new HashMap<>(ends);
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> entry :
                consumer.offsetsForTimes(asked).entrySet()) {
            if (entry.getValue() != null) {
                found.put(entry.getKey(), entry.getValue().offset());
            }
        }
        return found;
    }

    private Map<TopicPartition, Long> fromEnd(List<TopicPartition> partitions, int count) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> positions = new HashMap<>();
        partitions.forEach(partition -> positions.put(
                partition, Math.max(starts.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L) - count)));
        return positions;
    }
}
