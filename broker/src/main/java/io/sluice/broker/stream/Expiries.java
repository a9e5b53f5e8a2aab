package io.sluice.broker.stream;

import io.sluice.common.TopicId;
import java.util.Optional;
import java.util.PriorityQueue;

/** When keys are due to go, in shard time; what was set since is looked up in the state. Owner: the shard's apply thread. */
final class Expiries {
    private static final int KEPT_MAX = 4_000_000;

    private final PriorityQueue<Due> queue = new PriorityQueue<>();

    private record Due(long shardMs, TopicId topicId) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(shardMs, other.shardMs);
            return byTime != 0 ? byTime : topicId.compareTo(other.topicId);
        }
    }

    /** The stream may go then. Beyond a great number keys go when somebody asks for them. */
    void add(TopicId topicId, long shardMs) {
        if (queue.size() < KEPT_MAX) {
            queue.add(new Due(shardMs, topicId));
        }
    }

    long nextMs() {
        Due next = queue.peek();
        return next == null ? Long.MAX_VALUE : next.shardMs();
    }

    /** A stream whose time has come. */
    Optional<TopicId> poll(long nowMs) {
        Due next = queue.peek();
        if (next == null || next.shardMs() > nowMs) {
            return Optional.empty();
        }
        queue.poll();
        return Optional.of(next.topicId());
    }

    void clear() {
        queue.clear();
    }
}
