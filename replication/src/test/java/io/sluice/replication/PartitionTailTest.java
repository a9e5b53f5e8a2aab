package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BufferPool;
import io.sluice.log.StoredBatch;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PartitionTailTest {
    private static final int CHUNK_BYTES = 1024;

    private final BufferPool pool = new BufferPool(CHUNK_BYTES, 1);
    private final PartitionTail tail = new PartitionTail();

    @Test
    void whatIsBeingWrittenStaysInMemoryThoughThePartitionIsDropped() {
        Chunk chunk = new Chunk(pool.take(CHUNK_BYTES));
        tail.add(batch(0), chunk);
        tail.add(batch(1), chunk);
        PartitionTail.Slice run = tail.unwritten(Long.MAX_VALUE, CHUNK_BYTES);

        tail.abandon();
        chunk.evict();

        assertThat(run.batches()).hasSize(2);
        assertThat(pool.outstandingBytes()).isEqualTo(CHUNK_BYTES);
        run.release();
        assertThat(pool.outstandingBytes()).isZero();
    }

    @Test
    void aBatchThatTheEndHasNotPassedYetIsGivenToNobody() {
        Chunk chunk = new Chunk(pool.take(CHUNK_BYTES));
        tail.add(batch(0), chunk);
        tail.add(batch(1), chunk);

        PartitionTail.Slice read = tail.read(0, 1, CHUNK_BYTES, true);
        PartitionTail.Slice searched = tail.all(1);

        assertThat(read.batches()).extracting(StoredBatch::baseOffset).containsExactly(0L);
        assertThat(searched.batches()).extracting(StoredBatch::baseOffset).containsExactly(0L);
        read.release();
        searched.release();
    }

    private static StoredBatch batch(long offset) {
        ByteBuffer bytes = Batches.of("a");
        return new StoredBatch(offset, offset, 1, 0, bytes);
    }
}
