package io.sluice.broker.topic;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What moved of a topic, and moves. Immutable.
 *
 * @param moving by partition
 * @param epochBases what the leader epochs of partitions that moved lie above, by partition
 * @param left shards that had a part of the topic once and keep a note of it until the topic is dropped
 */
public record TopicMoves(
        Map<Integer, PartitionMove> moving, Map<Integer, Integer> epochBases, SortedSet<Integer> left) {
    static final TopicMoves NONE = new TopicMoves(Map.of(), Map.of(), new TreeSet<>());

    /** The move of a partition. */
    public Optional<PartitionMove> move(int partition) {
        return Optional.ofNullable(moving.get(partition));
    }

    TopicMoves with(PartitionMove move) {
        TreeMap<Integer, PartitionMove> more = new TreeMap<>(moving);
        more.put(move.partition(), move);
        return new TopicMoves(more, epochBases, left);
    }

    TopicMoves sealed(PartitionMove move) {
        TreeMap<Integer, Integer> bases = new TreeMap<>(epochBases);
        bases.put(move.partition(), move.cut().epochBase());
        return new TopicMoves(with(move).moving, bases, left);
    }

    /** The move is over, and this shard has nothing of the partition. */
    TopicMoves without(PartitionMove move, int shard) {
        TreeMap<Integer, PartitionMove> fewer = new TreeMap<>(moving);
        fewer.remove(move.partition());
        TreeSet<Integer> all = new TreeSet<>(left);
        all.add(shard);
        return new TopicMoves(fewer, epochBases, all);
    }
}
