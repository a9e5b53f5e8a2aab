package io.sluice.bench.load;

import io.sluice.testkit.RawBatch;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.PartitionBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Prebuilt produce frames for the shapes of load that are measured. */
public final class Frames {
    private static final short ALL = -1;

    private Frames() {}

    /**
     * A shape of batches.
     *
     * @param batchBytes size of a batch
     * @param valueBytes size of each record's value
     */
    public record Shape(int batchBytes, int valueBytes) {
        /** One record a batch. */
        public static Shape single(int valueBytes) {
            return new Shape(1, valueBytes);
        }

        /** One batch of this shape, created now. */
        public ByteBuffer batch() {
            return RawBatch.filled(batchBytes, valueBytes, System.currentTimeMillis());
        }
    }

    /** One frame with one batch for each of {@code connections}, spread over {@code partitions}. */
    public static List<List<ByteBuffer>> onePartitionEach(String topic, int connections, int partitions, Shape shape) {
        List<List<ByteBuffer>> frames = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            PartitionBatch batch = new PartitionBatch(connection % partitions, shape.batch());
            frames.add(List.of(RawRequests.produce(topic, ALL, List.of(batch))));
        }
        return frames;
    }

    /**
     * Frames for connections to those that lead the partitions.
     *
     * @param addresses where each connection goes
     * @param frames its frames
     */
    public record ToLeaders(List<String> addresses, List<List<ByteBuffer>> frames) {}

    /**
     * Frames with one batch for each partition, to the one that leads it, in as equal parts as can be over the connections of
     * that leader; where it leads fewer partitions than it has connections, some share one.
     *
     * @param connections in all, at least as many as there are leaders
     * @param leaders address of each partition's leader
     */
    public static ToLeaders toLeaders(String topic, int connections, List<String> leaders, Shape shape) {
        ByteBuffer batch = shape.batch();
        Map<String, List<ByteBuffer>> ofLeader = new LinkedHashMap<>();
        for (int partition = 0; partition < leaders.size(); partition++) {
            ofLeader.computeIfAbsent(leaders.get(partition), key -> new ArrayList<>())
                    .add(RawRequests.produce(topic, ALL, List.of(new PartitionBatch(partition, batch))));
        }
        List<String> addresses = List.copyOf(ofLeader.keySet());
        List<String> targets = new ArrayList<>();
        List<List<ByteBuffer>> frames = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            String address = addresses.get(connection % addresses.size());
            int own = connection / addresses.size();
            int all = Math.ceilDiv(connections - connection % addresses.size(), addresses.size());
            targets.add(address);
            frames.add(part(Objects.requireNonNull(ofLeader.get(address)), own, all));
        }
        return new ToLeaders(targets, frames);
    }

    private static List<ByteBuffer> part(List<ByteBuffer> frames, int own, int all) {
        if (frames.size() < all) {
            // Whoever sends a frame writes its number into it.
            ByteBuffer shared = frames.get(own % frames.size());
            ByteBuffer copy = ByteBuffer.allocateDirect(shared.capacity());
            return List.of(copy.put(shared.duplicate()).flip());
        }
        List<ByteBuffer> part = new ArrayList<>();
        for (int i = own; i < frames.size(); i += all) {
            part.add(frames.get(i));
        }
        return part;
    }

    /** For each connection frames that together reach all partitions, {@code perFrame} in each. */
    public static List<List<ByteBuffer>> allPartitions(
            String topic, int connections, int partitions, int perFrame, Shape shape) {
        List<List<ByteBuffer>> frames = new ArrayList<>();
        for (int connection = 0; connection < connections; connection++) {
            List<ByteBuffer> own = new ArrayList<>();
            int shift = connection * partitions / connections;
            for (int first = 0; first < partitions; first += perFrame) {
                List<PartitionBatch> batches = new ArrayList<>();
                for (int i = first; i < Math.min(partitions, first + perFrame); i++) {
                    batches.add(new PartitionBatch((i + shift) % partitions, shape.batch()));
                }
                own.add(RawRequests.produce(topic, ALL, batches));
            }
            frames.add(own);
        }
        return frames;
    }
}
