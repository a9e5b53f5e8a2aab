package io.sluice.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.sluice.network.ListenerCounters;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a body in pieces while it is made: at most two of them are in memory, whatever the length, because a piece is made
 * only when the one before the last has left. Used by one thread, never an event loop.
 */
final class ChunkedBody implements TextSink {
    private static final int PIECE_LENGTH = 32 << 10;
    private static final long STALL_SECONDS = 60;

    private final Channel channel;
    private final ListenerCounters counters;
    private final StringBuilder text = new StringBuilder(PIECE_LENGTH + (2 << 10));
    private @Nullable ChannelFuture underWay;

    ChunkedBody(Channel channel, ListenerCounters counters) {
        this.channel = channel;
        this.counters = counters;
    }

    @Override
    public StringBuilder text() {
        return text;
    }

    @Override
    public void next() {
        if (text.length() >= PIECE_LENGTH) {
            send();
        }
    }

    @Override
    public void send() {
        if (text.isEmpty()) {
            return;
        }
        awaitSent();
        ByteBuf piece = ByteBufUtil.writeUtf8(channel.alloc(), text);
        counters.addBytesOut(piece.readableBytes());
        text.setLength(0);
        underWay = channel.writeAndFlush(new DefaultHttpContent(piece));
    }

    private void awaitSent() {
        ChannelFuture before = underWay;
        if (before != null && (!before.awaitUninterruptibly(STALL_SECONDS, TimeUnit.SECONDS) || !before.isSuccess())) {
            throw new ClientGoneException();
        }
    }
}
