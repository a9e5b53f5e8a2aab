package io.sluice.testkit.fuzz;

import io.sluice.testkit.RawBatch;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.FetchLimits;
import io.sluice.testkit.RawRequests.PartitionBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Frames of Kafka that are wrong in many ways. */
final class HostileBytes implements HostileSource {
    private static final int API_KEY_LIMIT = 96;
    private static final int VERSION_LIMIT = 20;
    private static final int GARBAGE_LIMIT_BYTES = 4_000;
    private static final int MUTATION_LIMIT = 8;

    private final SplittableRandom random;
    private final List<ByteBuffer> honest;

    HostileBytes(long seed, String topic) {
        random = new SplittableRandom(seed);
        ByteBuffer batch = RawBatch.filled(2_000, 100, 1_700_000_000_000L);
        honest = List.of(
                RawRequests.metadata(List.of(topic)),
                RawRequests.endOffsets(topic, 4),
                RawRequests.fetch(topic, 0, new FetchLimits(10, 1, 100_000)).frame(),
                RawRequests.produce(
                        topic, (short) -1, List.of(new PartitionBatch(0, batch), new PartitionBatch(1, batch))));
    }

    @Override
    public byte[] next() {
        ByteBuffer sequence = sequence();
        byte[] copy = new byte[sequence.limit()];
        sequence.get(0, copy);
        return copy;
    }

    private ByteBuffer sequence() {
        return switch (random.nextInt(6)) {
            case 0 -> garbage(1 + random.nextInt(GARBAGE_LIMIT_BYTES));
            case 1 -> wrongLength();
            case 2 -> truncated();
            case 3 -> anyRequest();
            default -> mutated();
        };
    }

    private ByteBuffer garbage(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    // Lengths at the edges: what a decoder might allocate before it looks.
    private ByteBuffer wrongLength() {
        int[] lengths = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, 3, 100 << 20, (16 << 20) + 1};
        ByteBuffer frame = garbage(4 + random.nextInt(200));
        return frame.putInt(0, lengths[random.nextInt(lengths.length)]);
    }

    private ByteBuffer truncated() {
        ByteBuffer frame = copyOfHonest();
        return frame.limit(random.nextInt(frame.limit()));
    }

    private ByteBuffer anyRequest() {
        ByteBuffer frame = garbage(16 + random.nextInt(300));
        frame.putInt(0, frame.limit() - 4);
        frame.putShort(4, (short) random.nextInt(API_KEY_LIMIT));
        frame.putShort(6, (short) random.nextInt(VERSION_LIMIT));
        return random.nextBoolean() ? frame : frame.putShort(12, (short) -1);
    }

    private ByteBuffer mutated() {
        ByteBuffer frame = copyOfHonest();
        int mutations = 1 + random.nextInt(MUTATION_LIMIT);
        for (int i = 0; i < mutations; i++) {
            // Behind length and key most of the time, so that the mutation reaches a decoder.
            int position = (random.nextInt(8) == 0 ? 0 : 6) + random.nextInt(frame.limit() - 6);
            frame.put(position, (byte) mutation(frame.get(position)));
        }
        return frame;
    }

    private int mutation(byte before) {
        return switch (random.nextInt(4)) {
            case 0 -> 0xff;
            case 1 -> 0;
            case 2 -> before ^ 1 << random.nextInt(8);
            default -> random.nextInt(256);
        };
    }

    private ByteBuffer copyOfHonest() {
        ByteBuffer frame = honest.get(random.nextInt(honest.size())).duplicate().rewind();
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining());
        return copy.put(frame).flip();
    }

    @Override
    public boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
