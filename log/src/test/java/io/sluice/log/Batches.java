package io.sluice.log;

import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.Compression;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Stored batches for tests, one behind the other; bytes as a client sent them, offset 0 and no epoch. */
final class Batches {
    private final RandomGenerator random;
    private long nextOffset;
    private long clockMs = 1_000_000;

    Batches(RandomGenerator random, long firstOffset) {
        this.random = random;
        this.nextOffset = firstOffset;
    }

    void goBackTo(long offset) {
        nextOffset = offset;
    }

    /** One record with a value of this length at this time. */
    StoredBatch one(int valueBytes, long timestampMs) {
        byte[] value = new byte[valueBytes];
        random.nextBytes(value);
        return stored(new BatchBuilder(Compression.NONE).add(timestampMs, null, value), 1);
    }

    /** Up to five records whose times wander, in any compression. */
    StoredBatch any(int epoch) {
        BatchBuilder builder = new BatchBuilder(Compression.of(random.nextInt(8) % 5 == 0 ? random.nextInt(5) : 0));
        for (int record = random.nextInt(5); record >= 0; record--) {
            clockMs += random.nextInt(200) - 60;
            byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 5_000 : 200)];
            random.nextBytes(value);
            builder.add(clockMs, null, value);
        }
        return stored(builder, epoch);
    }

    List<StoredBatch> some(int count, int epoch) {
        List<StoredBatch> batches = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            batches.add(any(epoch));
        }
        return batches;
    }

    private StoredBatch stored(BatchBuilder builder, int epoch) {
        ByteBuffer bytes = builder.build();
        long baseOffset = nextOffset;
        nextOffset += builder.recordCount();
        return new StoredBatch(baseOffset, nextOffset - 1, epoch, BatchHeader.maxTimestampMs(bytes, 0), bytes);
    }

    /** The batch as a reader must get it. */
    static byte[] committed(StoredBatch batch) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.lengthBytes()).put(0, batch.bytes(), 0, batch.lengthBytes());
        BatchHeader.putFresh(bytes, 0, batch.baseOffset(), batch.lengthBytes(), batch.leaderEpoch());
        return bytes.array();
    }
}
