package io.sluice.protocol.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.sluice.network.ListenerCounters;
import io.sluice.protocol.redis.command.Session;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one client: replies are gathered and sent together. Notices a client that takes nothing of what it is sent.
 * Owner: the connection's event loop.
 */
final class ReplyOutput {
    private static final int FLUSH_BYTES = 64 << 10;

    private final Channel channel;
    private final ListenerCounters counters;
    private final Session session;
    private final long stallMs;
    private final Runnable whenStalled;
    private @Nullable ByteBuf out;
    private long changeCount;
    private boolean isOver;

    /** {@code whenStalled} comes if the client has taken nothing for {@code stallMs} of what it is sent. */
    ReplyOutput(Channel channel, ListenerCounters counters, Session session, long stallMs, Runnable whenStalled) {
        this.channel = channel;
        this.counters = counters;
        this.session = session;
        this.stallMs = stallMs;
        this.whenStalled = whenStalled;
    }

    /** Where replies go. */
    ReplyWriter writer() {
        ByteBuf target = out;
        if (target == null) {
            target = newBuffer();
            out = target;
        }
        return new ReplyWriter(target, session.isVersion3());
    }

    ByteBuf newBuffer() {
        return channel.alloc().buffer();
    }

    /** Sends the piece behind all replies so far. */
    void write(ByteBuf piece) {
        hand();
        if (piece.isReadable()) {
            counters.addBytesOut(piece.readableBytes());
            channel.write(piece, channel.voidPromise());
        } else {
            piece.release();
        }
    }

    /** Sends what is written, if that is worth it. */
    void flushIfLarge() {
        ByteBuf target = out;
        if (target != null && target.readableBytes() >= FLUSH_BYTES) {
            flush();
        }
    }

    /** Sends what is written. */
    void flush() {
        hand();
        channel.flush();
    }

    private void hand() {
        ByteBuf target = out;
        if (target != null) {
            out = null;
            counters.addBytesOut(target.readableBytes());
            channel.write(target, channel.voidPromise());
        }
    }

    /** Sends what is written, and ends the connection behind it. */
    void closeBehind() {
        isOver = true;
        hand();
        channel.writeAndFlush(newBuffer()).addListener(ChannelFutureListener.CLOSE);
    }

    /** Nobody takes anything any more. */
    void end() {
        isOver = true;
        ByteBuf target = out;
        if (target != null) {
            out = null;
            target.release();
        }
    }

    /** The client has taken enough to be sent more, or has so much to take that it is sent no more. */
    void writabilityChanged() {
        changeCount++;
        if (!channel.isWritable()) {
            watch(changeCount, Long.MAX_VALUE);
        }
    }

    /** Nothing more is written meanwhile, so what is unsent only shrinks, if the client takes anything. */
    private void watch(long change, long unsentBefore) {
        long unsent = channel.bytesBeforeWritable();
        if (isOver || change != changeCount) {
            return;
        }
        if (unsent >= unsentBefore) {
            whenStalled.run();
            return;
        }
        channel.eventLoop().schedule(() -> watch(change, unsent), stallMs, TimeUnit.MILLISECONDS);
    }
}
