package io.sluice.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Closes connections on which nothing moved for long: one look at all of them now and then, instead of a timer each.
 * Writes count as long as the peer takes bytes, so that a reader that stopped reading is idle too. {@link #sweep} is
 * called by one thread at a time.
 */
final class IdleSweep {
    private static final long INTERVAL_MS_MIN = 10;
    private static final long INTERVAL_MS_MAX = 10_000;
    private static final int LOOKS_PER_TIMEOUT = 10;

    private final long intervalMs;
    private final int idleLooks;
    /** Number of the last look; what moves is stamped with it. */
    private volatile int look;

    IdleSweep(long timeoutMs) {
        intervalMs = Math.clamp(timeoutMs / LOOKS_PER_TIMEOUT, INTERVAL_MS_MIN, INTERVAL_MS_MAX);
        idleLooks = Math.toIntExact(Math.min(Integer.MAX_VALUE / 2, Math.ceilDiv(timeoutMs, intervalMs)));
    }

    /** Time between two looks. */
    long intervalMs() {
        return intervalMs;
    }

    /** Remembers when something moved on one connection. */
    Watch watch() {
        return new Watch();
    }

    /** Looks at all connections, whose watches are their first handlers. */
    void sweep(Iterable<Channel> connections) {
        int now = look + 1;
        look = now;
        for (Channel connection : connections) {
            Watch watch = connection.pipeline().get(Watch.class);
            if (watch != null && watch.isIdle(now)) {
                connection.eventLoop().execute(() -> watch.closeIfIdle(connection, now));
            }
        }
    }

    /** When something last moved. Stamped on the connection's event loop, read by the sweep. */
    final class Watch extends ChannelDuplexHandler {
        private volatile int moved = look;
        private long pendingBytes;

        private Watch() {}

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            stamp();
            context.fireChannelReadComplete();
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            stamp();
            context.flush();
        }

        private void stamp() {
            int now = look;
            // Mostly equal, and a volatile write costs more than a read.
            if (moved != now) {
                moved = now;
            }
        }

        private boolean isIdle(int now) {
            return now - moved > idleLooks;
        }

        private void closeIfIdle(Channel connection, int now) {
            ChannelOutboundBuffer pending = connection.unsafe().outboundBuffer();
            long before = pendingBytes;
            pendingBytes = pending == null ? 0 : pending.totalPendingWriteBytes();
            if (pendingBytes != before) {
                moved = now;
            } else if (isIdle(now)) {
                connection.close();
            }
        }
    }
}
