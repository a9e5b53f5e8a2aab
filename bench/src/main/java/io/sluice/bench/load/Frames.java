package io.sluice.bench.load;

import io.sluice.testkit.RawBatch;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.PartitionBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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
