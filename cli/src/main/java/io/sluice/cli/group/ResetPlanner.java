package io.sluice.cli.group;

import io.sluice.cli.command.TopicOffsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides where a group goes on in each partition; changes nothing. A target outside of what a partition holds is moved to
 * its nearest end, because a position there would be reset by the consumer's own rule instead.
 *
 * @param positions what the group committed
 * @param offsets what the partitions hold
 * @param atTime the first offset of the target's time in each partition; empty for other targets
 */
record ResetPlanner(Map<TopicPartition, Long> positions, TopicOffsets offsets, Map<TopicPartition, Long> atTime) {

    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /** Asks {@code admin} what it needs to know for {@code target}. */
    static ResetPlanner ask(
            Admin admin,
            Map<TopicPartition, Long> positions,
            Collection<TopicPartition> partitions,
            ResetTarget target) {
        Map<TopicPartition, Long> atTime = target instanceof ResetTarget.Time(var time)
                ? TopicOffsets.atTime(admin, partitions, time.toEpochMilli())
                : Map.of();
        return new ResetPlanner(positions, TopicOffsets.of(admin, partitions), atTime);
    }

    /** The moves, by topic and partition; a partition without a position cannot be shifted and is left out. */
    List<PositionMove> moves(Collection<TopicPartition> partitions, ResetTarget target) {
        return partitions.stream()
                .sorted(BY_NAME)
                .flatMap(partition -> wanted(partition, target).map(wanted -> move(partition, wanted)).stream())
                .toList();
    }

    private Optional<Long> wanted(TopicPartition partition, ResetTarget target) {
        return switch (target) {
            case ResetTarget.Earliest() -> Optional.of(offsets.start(partition));
            case ResetTarget.Latest() -> Optional.of(offsets.end(partition));
            case ResetTarget.Offset(long offset) -> Optional.of(offset);
            case ResetTarget.Time asked -> Optional.of(atTime.getOrDefault(partition, offsets.end(partition)));
            case ResetTarget.Shift(long records) ->
                Optional.ofNullable(positions.get(partition)).map(position -> shifted(position, records));
            case ResetTarget.Positions(Map<TopicPartition, Long> asked) -> Optional.ofNullable(asked.get(partition));
        };
    }

    private static long shifted(long position, long records) {
        return records > 0 && position > Long.MAX_VALUE - records ? Long.MAX_VALUE : position + records;
    }

    private PositionMove move(TopicPartition partition, long wanted) {
        long start = offsets.start(partition);
        long end = offsets.end(partition);
        long target = Math.clamp(wanted, start, end);
        String note = "";
        if (wanted < start) {
            note = wanted + " is before the start";
        } else if (wanted > end) {
            note = wanted + " is after the end";
        }
        return new PositionMove(
                partition.topic(), partition.partition(), positions.get(partition), target, end, end - target, note);
    }
}
