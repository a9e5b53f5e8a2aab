package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.network.MemoryBudget;
import io.sluice.network.RequestStall;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RequestStallTest {
    private static final long TIMEOUT_MS = 30_000;
    private static final int REQUEST_BYTES = 1_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameBuffer frames =
            new FrameBuffer(100 << 20, new MemoryBudget(64 << 20), UnpooledByteBufAllocator.DEFAULT);
    private final AtomicInteger stalls = new AtomicInteger();
    private final RequestStall stall = new RequestStall(channel, frames, TIMEOUT_MS, stalls::incrementAndGet);

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void release() {
        frames.release();
        channel.close();
    }

    @Test
    void aRequestThatIsBegunAndDoesNotGoOnIsNoticed() {
        receive(begunRequest());
        stall.awaited();

        pass(TIMEOUT_MS - 1);
        assertThat(stalls).hasValue(0);
        pass(1);
        assertThat(stalls).hasValue(1);
    }

    @Test
    void requestsThatArriveSlowlyOneAfterTheOtherAreNoStall() {
        for (int i = 0; i < 5; i++) {
            receive(begunRequest());
            stall.awaited();
            pass(TIMEOUT_MS / 2);
            receive(Unpooled.buffer().writeZero(REQUEST_BYTES));
            assertThat(frames.peek()).isNotNull();
            frames.consume();
        }
        assertThat(stalls).hasValue(0);

        receive(begunRequest());
        stall.awaited();
        pass(TIMEOUT_MS);
        pass(TIMEOUT_MS);
        assertThat(stalls).hasValue(1);
    }

    @Test
    void aLargeRequestThatMakesProgressIsNoStall() {
        receive(Unpooled.buffer().writeInt(50 << 20));
        for (int i = 0; i < 3; i++) {
            stall.awaited();
            receive(Unpooled.buffer().writeZero(64 << 10));
            pass(TIMEOUT_MS);
        }

        assertThat(stalls).hasValue(0);
    }

    private static ByteBuf begunRequest() {
        return Unpooled.buffer().writeInt(REQUEST_BYTES);
    }

    private void receive(ByteBuf bytes) {
        frames.copied(bytes);
    }

    private void pass(long durationMs) {
        channel.advanceTimeBy(durationMs, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
