package io.sluice.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.network.ListenerCounters;

/** Puts answers on the wire. On the connection's event loop. */
record AnswerWriter(ListenerCounters counters) {
    /** A whole answer; {@code allow} are the methods that would have been right, if they were not. */
    void send(ChannelHandlerContext context, Answer answer, boolean isHead, boolean keepAlive, String allow) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), answer.body());
        int lengthBytes = body.readableBytes();
        if (isHead) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        setHeaders(response, answer.contentType());
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes);
        if (!allow.isEmpty()) {
            response.headers().set(HttpHeaderNames.ALLOW, allow);
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        counters.addBytesOut(lengthBytes);
        ChannelFuture written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The head of an answer whose length is not known yet; HTTP/1.0 has no pieces, there the end of the connection ends it. */
    void sendHead(ChannelHandlerContext context, String contentType, boolean keepAlive, boolean inPieces) {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        setHeaders(response, contentType);
        HttpUtil.setTransferEncodingChunked(response, inPieces);
        HttpUtil.setKeepAlive(response, keepAlive);
        context.writeAndFlush(response);
    }

    /** Its end. */
    void sendEnd(ChannelHandlerContext context, boolean keepAlive) {
        ChannelFuture written = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void setHeaders(HttpResponse response, String contentType) {
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
}
