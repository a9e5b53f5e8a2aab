package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.BufferPool;
import org.junit.jupiter.api.Test;

class TailMemoryTest {
    private static final int CHUNK_BYTES = 1024;
    private static final int BUDGET_CHUNKS = 4;

    private final BufferPool pool = new BufferPool(CHUNK_BYTES, BUDGET_CHUNKS);
    private final TailMemory memory = new TailMemory(() -> BUDGET_CHUNKS * CHUNK_BYTES);

    @Test
    void memoryFullOfWrittenBatchesIsNoReasonToHurry() {
        for (int i = 0; i < 3 * BUDGET_CHUNKS; i++) {
            Chunk chunk = new Chunk(pool.take(CHUNK_BYTES));
            memory.use(chunk);
            chunk.close();
            memory.evict();
            assertThat(memory.isUnderPressure()).isFalse();
        }
        assertThat(memory.heldBytes()).isEqualTo(BUDGET_CHUNKS * CHUNK_BYTES);
    }

    @Test
    void whatIsOverTheBudgetAndStillNeededIsAReason() {
        for (int i = 0; i <= BUDGET_CHUNKS; i++) {
            assertThat(memory.isUnderPressure()).isFalse();
            memory.use(new Chunk(pool.take(CHUNK_BYTES)));
            memory.evict();
        }
        assertThat(memory.isUnderPressure()).isTrue();
    }
}
