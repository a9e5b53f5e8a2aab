package io.sluice.broker.group.assign;

import static io.sluice.common.Check.check;

import io.sluice.common.TopicId;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Partitions of topics, each with the epoch since which its owner has it (KIP-1251); 0 where that does not matter. Eight
 * bytes a partition, sorted: partition in the high half, epoch in the low one. Immutable.
 *
 * <p>Operations compare partitions only; what remains keeps the epoch it has in {@code this}.
 */
public final class PartitionSet {
    /** No partition. */
    public static final PartitionSet EMPTY = new PartitionSet(new TreeMap<>());

    private static final long EPOCH_MASK = 0xFFFF_FFFFL;

    private final NavigableMap<TopicId, long[]> topics;

    private PartitionSet(NavigableMap<TopicId, long[]> topics) {
        this.topics = topics;
    }

    /** Of one topic; used where a topic's partitions are known in order. */
    public static PartitionSet of(TopicId topic, int... partitions) {
        Builder builder = new Builder();
        for (int partition : partitions) {
            builder.add(topic, partition, 0);
        }
        return builder.build();
    }

    /** Whether it has none. */
    public boolean isEmpty() {
        return topics.isEmpty();
    }

    /** Number of partitions. */
    public int count() {
        int count = 0;
        for (long[] places : topics.values()) {
            count += places.length;
        }
        return count;
    }

    /** Topics with at least one partition, ascending. */
    public Set<TopicId> topics() {
        return Collections.unmodifiableSet(topics.keySet());
    }

    /** Partitions of the topic, ascending; none if it has none. */
    public int[] partitions(TopicId topic) {
        long[] places = topics.get(topic);
        return places == null
                ? new int[0]
                : Arrays.stream(places).mapToInt(place -> (int) (place >>> 32)).toArray();
    }

    /** Whether the partition is in it. */
    public boolean contains(TopicId topic, int partition) {
        return epochOf(topic, partition) >= 0;
    }

    /** The epoch since which the partition is in it; −1 if it is not. */
    public int epochOf(TopicId topic, int partition) {
        long[] places = topics.get(topic);
        if (places == null || partition < 0) {
            return -1;
        }
        long first = (long) partition << 32;
        int index = Arrays.binarySearch(places, first);
        int at = index >= 0 ? index : -index - 1;
        boolean isThere = at < places.length && places[at] >>> 32 == partition;
        return isThere ? (int) (places[at] & EPOCH_MASK) : -1;
    }

    /** Shows every partition in order. */
    public void forEach(Visitor visitor) {
        topics.forEach((topic, places) -> {
            for (long place : places) {
                visitor.visit(topic, (int) (place >>> 32), (int) (place & EPOCH_MASK));
            }
        });
    }

    /** Those that the condition holds for. */
    public PartitionSet where(Condition condition) {
        Builder builder = new Builder();
        forEach((topic, partition, epoch) -> {
            if (condition.holds(topic, partition)) {
                builder.add(topic, partition, epoch);
            }
        });
        return builder.build();
    }

    /** Those that are also in the other. */
    public PartitionSet retain(PartitionSet other) {
        return where(other::contains);
    }

    /** Those that are not in the other. */
    public PartitionSet minus(PartitionSet other) {
        return other.isEmpty() ? this : where((topic, partition) -> !other.contains(topic, partition));
    }

    /** Those of both; a partition in both keeps the epoch it has here. */
    public PartitionSet plus(PartitionSet other) {
        if (other.isEmpty() || isEmpty()) {
            return isEmpty() ? other : this;
        }
        Builder builder = new Builder();
        forEach(builder::add);
        other.minus(this).forEach(builder::add);
        return builder.build();
    }

    /** The same partitions, all with this epoch. */
    public PartitionSet since(int epoch) {
        Builder builder = new Builder();
        forEach((topic, partition, before) -> builder.add(topic, partition, epoch));
        return builder.build();
    }

    /** Whether a partition is in both. */
    public boolean intersects(PartitionSet other) {
        return !retain(other).isEmpty();
    }

    /** Whether every partition of it is in the other. */
    public boolean isWithin(PartitionSet other) {
        return minus(other).isEmpty();
    }

    /** Whether it has the same partitions, whatever the epochs. */
    public boolean hasSamePartitions(PartitionSet other) {
        return count() == other.count() && isWithin(other);
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof PartitionSet other) || !topics.keySet().equals(other.topics.keySet())) {
            return false;
        }
        return topics.entrySet().stream()
                .allMatch(entry ->
                        Arrays.equals(entry.getValue(), Objects.requireNonNull(other.topics.get(entry.getKey()))));
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (Map.Entry<TopicId, long[]> entry : topics.entrySet()) {
            hash = 31 * hash + entry.getKey().hashCode() + Arrays.hashCode(entry.getValue());
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        forEach((topic, partition, epoch) -> text.append(text.length() > 1 ? " " : "")
                .append(topic)
                .append('-')
                .append(partition)
                .append('@')
                .append(epoch));
        return text.append(']').toString();
    }

    /** Looks at a partition. */
    @FunctionalInterface
    public interface Visitor {
        /** A partition and the epoch since which it is there. */
        void visit(TopicId topic, int partition, int epoch);
    }

    /** A condition on partitions. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds. */
        boolean holds(TopicId topic, int partition);
    }

    /** Collects partitions in any order; one that comes twice is kept once. Confined to one thread. */
    public static final class Builder {
        private final NavigableMap<TopicId, Places> places = new TreeMap<>();

        /** Adds a partition; {@code epoch} is at least 0. */
        public void add(TopicId topic, int partition, int epoch) {
            check(partition >= 0 && epoch >= 0, "partition %d since epoch %d", partition, epoch);
            places.computeIfAbsent(topic, key -> new Places()).add((long) partition << 32 | epoch);
        }

        /** What was added. */
        public PartitionSet build() {
            if (places.isEmpty()) {
                return EMPTY;
            }
            NavigableMap<TopicId, long[]> built = new TreeMap<>();
            places.forEach((topic, ofTopic) -> built.put(topic, ofTopic.sorted()));
            return new PartitionSet(built);
        }
    }

    /** Places of one topic on their way into a set. */
    private static final class Places {
        private long[] values = new long[4];
        private int count;

        void add(long place) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count] = place;
            count++;
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            int kept = 0;
            for (long place : sorted) {
                if (kept == 0 || sorted[kept - 1] >>> 32 != place >>> 32) {
                    sorted[kept] = place;
                    kept++;
                }
            }
            return Arrays.copyOf(sorted, kept);
        }
    }
}
