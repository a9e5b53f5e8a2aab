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
 * @param places where partitions that moved lie and what their leader epochs lie above, by partition
 * @param left shards that had a part of the topic once and keep a note of it until the topic is dropped
 */
public record TopicMoves(Map<Integer, PartitionMove> moving, Map<Integer, Place> places, SortedSet<Integer> left) {
    static final TopicMoves NONE = new TopicMoves(Map.of(), Map.of(), new TreeSet<>());

    /**
     * Where a partition that moved lies now. Both are read together: the epoch is this much above the term of this shard's
     * leader, and above that of another one it could be so high that clients would believe nobody else for long.
     */
    public record Place(int shard, int epochsAbove) {}

    /** The place of a partition; empty if it never moved. */
    public Optional<Place> place(int partition) {
        return Optional.ofNullable(places.get(partition));
    }

    /** The move of a partition. */
    public Optional<PartitionMove> move(int partition) {
        return Optional.ofNullable(moving.get(partition));
    }

    TopicMoves with(PartitionMove move) {
        TreeMap<Integer, PartitionMove> more = new TreeMap<>(moving);
        more.put(move.partition(), move);
        return new TopicMoves(more, places, left);
    }

    TopicMoves sealed(PartitionMove move) {
        TreeMap<Integer, Place> more = new TreeMap<>(places);
        more.put(move.partition(), new Place(move.to(), move.cut().epochBase()));
        return new TopicMoves(with(move).moving, more, left);
    }

    /** The move is over, and this shard has nothing of the partition. */
    TopicMoves without(PartitionMove move, int shard) {
        TreeMap<Integer, PartitionMove> fewer = new TreeMap<>(moving);
        fewer.remove(move.partition());
        TreeSet<Integer> all = new TreeSet<>(left);
        all.add(shard);
        return new TopicMoves(fewer, places, all);
    }
}
