package io.sluice.network;

import io.netty.channel.Channel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a client that begins a request and then sends hardly anything of it: it holds memory that others wait for. A
 * slow client is left alone as long as one request after the other arrives. Owner: the connection's event loop.
 */
public final class RequestStall {
    /** Progress within one timeout that keeps a connection. */
    private static final long PROGRESS_BYTES_MIN = 64 << 10;

    private final Channel channel;
    private final RequestProgress progress;
    private final long timeoutMs;
    private final Runnable onStall;
    private @Nullable Future<?> timer;

    /** {@code onStall} comes once a client was silent for {@code timeoutMs} within a request. */
    public RequestStall(Channel channel, RequestProgress progress, long timeoutMs, Runnable onStall) {
        this.channel = channel;
        this.progress = progress;
        this.timeoutMs = timeoutMs;
        this.onStall = onStall;
    }

    /** The socket is read for the rest of what the client has begun, if it has begun anything. */
    public void awaited() {
        if (timer == null && progress.hasPartial()) {
            time();
        }
    }

    /** A timer that is left behind keeps the whole connection in memory until it is due. */
    public void forgetTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void time() {
        long handledBefore = progress.handledCount();
        long receivedBefore = progress.receivedBytes();
        timer = channel.eventLoop()
                .schedule(() -> check(handledBefore, receivedBefore), timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void check(long handledBefore, long receivedBefore) {
        timer = null;
        if (!channel.isOpen() || !progress.hasPartial() || !channel.config().isAutoRead()) {
            return;
        }
        boolean isSameRequest = progress.handledCount() == handledBefore;
        if (isSameRequest && progress.receivedBytes() - receivedBefore < PROGRESS_BYTES_MIN) {
            onStall.run();
        } else {
            time();
        }
    }
}
