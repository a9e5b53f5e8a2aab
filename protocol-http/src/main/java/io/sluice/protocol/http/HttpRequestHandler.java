package io.sluice.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.network.Drain;
import io.sluice.network.ListenerCounters;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection: answers requests one after the other, in order. On the connection's event loop only. */
final class HttpRequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final Map<String, Endpoint> endpoints;
    private final ListenerCounters counters;

    HttpRequestHandler(Map<String, Endpoint> endpoints, ListenerCounters counters) {
        this.endpoints = endpoints;
        this.counters = counters;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (!(part instanceof HttpRequest request)) {
            return; // No endpoint takes a body; its parts are dropped as they come.
        }
        if (!context.channel().isWritable()) {
            // Somebody sends requests and reads no answers: memory would grow for as long as they like.
            counters.requestRefused();
            context.close();
            return;
        }
        if (request.decoderResult().isFailure()) {
            counters.requestRefused();
            send(context, refusalOf(request.decoderResult().cause()), false, false);
            return;
        }
        counters.requestTaken();
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        send(context, answer(request, isHead), isHead, HttpUtil.isKeepAlive(request));
    }

    private Answer answer(HttpRequest request, boolean isHead) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        Endpoint endpoint = endpoints.get(query < 0 ? uri : uri.substring(0, query));
        if (endpoint == null) {
            return Answer.line(HttpResponseStatus.NOT_FOUND, "nothing here; try /healthz, /readyz or /metrics");
        }
        if (!isHead && !request.method().equals(HttpMethod.GET)) {
            return Answer.line(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD");
        }
        return endpoint.answer();
    }

    private static Answer refusalOf(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong ->
                Answer.line(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request line is too long");
            case TooLongHttpHeaderException tooLong ->
                Answer.line(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large");
            case null, default -> Answer.line(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request");
        };
    }

    private void send(ChannelHandlerContext context, Answer answer, boolean isHead, boolean keepAlive) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), answer.body());
        int lengthBytes = body.readableBytes();
        if (isHead) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, lengthBytes)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        counters.addBytesOut(lengthBytes);
        ChannelFuture written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.NOW) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.requestRefused();
        context.close();
    }
}
