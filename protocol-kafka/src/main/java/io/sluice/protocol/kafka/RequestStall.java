package io.sluice.protocol.kafka;

import io.netty.channel.Channel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that begins a request and then sends hardly anything of it: it holds memory that others wait for. A
 * slow client is left alone as long as one request after the other arrives. Owner: the connection's event loop.
 */
final class RequestStall {
    /** Progress within one timeout that keeps a connection. */
    private static final long PROGRESS_BYTES_MIN = 64 << 10;

    private final Channel channel;
    private final FrameBuffer frames;
    private final long timeoutMs;
    private final Runnable onStall;
    private @Nullable Future<?> timer;

    RequestStall(Channel channel, FrameBuffer frames, long timeoutMs, Runnable onStall) {
        this.channel = channel;
        this.frames = frames;
        this.timeoutMs = timeoutMs;
        this.onStall = onStall;
    }

    /** The socket is read for the rest of what the client has begun, if it has begun anything. */
    void awaited() {
        if (timer == null && frames.hasPartial()) {
            time();
        }
    }

    /** A timer that is left behind keeps the whole connection in memory until it is due. */
    void forgetTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void time() {
        long handledBefore = frames.handledCount();
        long receivedBefore = frames.receivedBytes();
        timer = channel.eventLoop()
                .schedule(() -> check(handledBefore, receivedBefore), timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void check(long handledBefore, long receivedBefore) {
        timer = null;
        if (!channel.isOpen() || !frames.hasPartial() || !channel.config().isAutoRead()) {
            return;
        }
        boolean isSameRequest = frames.handledCount() == handledBefore;
        if (isSameRequest && frames.receivedBytes() - receivedBefore < PROGRESS_BYTES_MIN) {
            onStall.run();
        } else {
            time();
        }
    }
}
