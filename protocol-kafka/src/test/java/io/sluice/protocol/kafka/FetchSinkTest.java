package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.common.BufferPool;
import io.sluice.common.SharedBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FetchSinkTest {
    private static final int BUFFER_BYTES = 8 << 20;
    private static final int PART_BYTES = 10_000;

    @Test
    void answersNobodyTakesPinOnlySoManyBuffersOfTheLog() {
        BufferPool pool = new BufferPool(BUFFER_BYTES, 0);
        List<FetchSink> slow = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            SharedBuffer owner = pool.take(1);
            FetchSink sink = new FetchSink(UnpooledByteBufAllocator.DEFAULT);
            sink.share(owner.memory().slice(0, PART_BYTES), owner);
            assertThat(sink.lengthBytes()).isEqualTo(PART_BYTES);
            slow.add(sink);
            owner.release();
        }

        assertThat(pool.outstandingBytes()).isEqualTo(64 << 20);
        slow.forEach(FetchSink::release);
        assertThat(pool.outstandingBytes()).isZero();
    }
}
