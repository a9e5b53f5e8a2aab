package io.sluice.protocol.kafka;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.sluice.network.MemoryBudget;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that takes hardly any of its answers while others wait for the memory those hold. A client that is
 * merely slow, such as a consumer between two polls, is left alone as long as nobody waits. Owner: the connection's
 * event loop.
 */
final class AnswerStall {
    /** Progress within one timeout that keeps a connection. */
    private static final long PROGRESS_BYTES_MIN = 64 << 10;

    private final Channel channel;
    private final MemoryBudget memory;
    private final long timeoutMs;
    private final Runnable onStall;
    private long writtenBytes;
    private boolean isTimed;
    private @Nullable Future<?> timer;

    AnswerStall(Channel channel, MemoryBudget memory, long timeoutMs, Runnable onStall) {
        this.channel = channel;
        this.memory = memory;
        this.timeoutMs = timeoutMs;
        this.onStall = onStall;
        channel.closeFuture().addListener(closed -> forgetTimer());
    }

    /** A timer that is left behind keeps the whole connection in memory until it is due. */
    private void forgetTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** So many bytes were given to the channel. */
    void written(long lengthBytes) {
        writtenBytes += lengthBytes;
    }

    /** The channel was flushed; what the socket did not take is watched from now on. */
    void flushed() {
        long pendingBytes = pendingBytes();
        if (!isTimed && pendingBytes > 0) {
            time(writtenBytes - pendingBytes);
        }
    }

    private void time(long takenBefore) {
        isTimed = true;
        timer = channel.eventLoop().schedule(() -> check(takenBefore), timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void check(long takenBefore) {
        isTimed = false;
        long pendingBytes = pendingBytes();
        if (pendingBytes == 0) {
            return;
        }
        long takenBytes = writtenBytes - pendingBytes;
        if (takenBytes - takenBefore < PROGRESS_BYTES_MIN && memory.isAwaited()) {
            onStall.run();
        } else {
            time(takenBytes);
        }
    }

    /** 0 of a closed channel. */
    private long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }
}
