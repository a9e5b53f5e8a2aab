package io.sluice.cli.flow;

import io.sluice.cli.command.CommandException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The last records of several partitions together: each partition keeps its last ones, and they are merged by time
 * without ever reordering one partition. For one thread.
 */
final class LastRecords {

    /** Records held in memory at most, over all partitions. */
    static final int HELD_MAX = 100_000;

    private final int count;
    private final Map<Integer, Deque<ConsumerRecord<byte[], byte[]>>> byPartition = new TreeMap<>();

    private LastRecords(int count) {
        this.count = count;
    }

    /**
     * Keeps the last {@code count} of {@code partitions} partitions.
     *
     * @throws CommandException when that is more than fits
     */
    static LastRecords of(int count, int partitions) {
        if ((long) count * partitions > HELD_MAX) {
            throw new CommandException("--last " + count + " of " + partitions
                    + " partitions is too much to sort; say --partition N, or --last " + HELD_MAX / partitions);
        }
        return new LastRecords(count);
    }

    void add(ConsumerRecord<byte[], byte[]> consumed) {
        Deque<ConsumerRecord<byte[], byte[]>> kept =
                byPartition.computeIfAbsent(consumed.partition(), partition -> new ArrayDeque<>());
        if (kept.size() == count) {
            kept.removeFirst();
        }
        kept.addLast(consumed);
    }

    /** The last records of all, oldest first. */
    Collection<ConsumerRecord<byte[], byte[]>> merged() {
        Deque<ConsumerRecord<byte[], byte[]>> merged = new ArrayDeque<>();
        Optional<Deque<ConsumerRecord<byte[], byte[]>>> newest = newest();
        while (merged.size() < count && newest.isPresent()) {
            merged.addFirst(newest.get().removeLast());
            newest = newest();
        }
        return merged;
    }

    private Optional<Deque<ConsumerRecord<byte[], byte[]>>> newest() {
        Optional<Deque<ConsumerRecord<byte[], byte[]>>> newest = Optional.empty();
        for (Deque<ConsumerRecord<byte[], byte[]>> kept : byPartition.values()) {
            boolean newer = !kept.isEmpty()
                    && newest.filter(other ->
                                    other.getLast().timestamp() > kept.getLast().timestamp())
                            .isEmpty();
            newest = newer ? Optional.of(kept) : newest;
        }
        return newest;
    }
}
