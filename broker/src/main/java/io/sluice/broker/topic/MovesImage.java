package io.sluice.broker.topic;

import io.sluice.common.TopicId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The moves of partitions as committed. Immutable; any thread.
 *
 * @param version of the metadata: a move of a number up to this that is not here is over
 * @param topics those of which something moved or moves
 */
public record MovesImage(long version, Map<TopicId, TopicMoves> topics) {
    static final MovesImage NONE = new MovesImage(0, Map.of());

    /** What the topic's moves are. */
    public TopicMoves of(TopicId id) {
        return topics.getOrDefault(id, TopicMoves.NONE);
    }

    /** The move under way of that partition. */
    public Optional<PartitionMove> move(TopicId id, int partition) {
        return of(id).move(partition);
    }

    /** All that are under way. */
    public List<PartitionMove> moving() {
        return topics.values().stream()
                .flatMap(topic -> topic.moving().values().stream())
                .toList();
    }
}
