package io.sluice.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which nothing moved for long. Writes count as long as the peer takes bytes, so that a reader
 * that stopped reading is idle too.
 */
final class IdleClose extends IdleStateHandler {
    IdleClose(long timeoutMs) {
        super(true, 0, 0, timeoutMs, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() == IdleState.ALL_IDLE) {
            context.close();
        }
    }
}
