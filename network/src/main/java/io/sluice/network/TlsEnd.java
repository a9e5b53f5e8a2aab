package io.sluice.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;

/** Ends connections whose handshake fails or whose bytes are no TLS, quietly but counted: clients can cause many. */
final class TlsEnd extends ChannelInboundHandlerAdapter {
    private final ListenerCounters counters;

    TlsEnd(ListenerCounters counters) {
        this.counters = counters;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            counters.handshakeFailed();
            context.close();
            return;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean isOfTls = cause instanceof SSLException
                || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
        if (isOfTls) {
            context.close();
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
