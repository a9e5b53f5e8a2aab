package io.sluice.protocol.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.network.Drain;
import io.sluice.network.ListenerCounters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: answers requests one after the other, in order; while one is answered in pieces the next ones wait. Owner:
 * the connection's event loop; pieces are made on another thread.
 */
final class HttpRequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRequestHandler.class);
    private static final int WAITING_MAX = 16;
    private static final int PARAMETERS_MAX = 32;
    private static final String READING = "GET, HEAD";

    private final Map<String, Endpoint> endpoints;
    private final byte[] token;
    private final Executor blocking;
    private final ListenerCounters counters;
    private final AnswerWriter answers;
    private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
    private boolean isAnswering;
    private boolean isDraining;

    HttpRequestHandler(Map<String, Endpoint> endpoints, String token, Executor blocking, ListenerCounters counters) {
        this.endpoints = endpoints;
        this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.blocking = blocking;
        this.counters = counters;
        this.answers = new AnswerWriter(counters);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (!(part instanceof HttpRequest request)) {
            return; // No endpoint takes a body; its parts are dropped as they come.
        }
        if (isAnswering && waiting.size() < WAITING_MAX) {
            waiting.add(request);
        } else if (isAnswering || !context.channel().isWritable()) {
            // Somebody sends requests and reads no answers: memory would grow for as long as they like.
            counters.requestRefused();
            context.close();
        } else {
            handle(context, request);
        }
    }

    private void handle(ChannelHandlerContext context, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            counters.requestRefused();
            answers.send(context, refusalOf(request.decoderResult().cause()), false, false, "");
            return;
        }
        counters.requestTaken();
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        boolean isReading = isHead || request.method().equals(HttpMethod.GET);
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        String uri = request.uri();
        int query = uri.indexOf('?');
        switch (endpoints.get(query < 0 ? uri : uri.substring(0, query))) {
            case null -> {
                Answer nothing =
                        Answer.line(HttpResponseStatus.NOT_FOUND, "nothing here; try /healthz, /readyz or /metrics");
                answers.send(context, nothing, isHead, keepAlive, "");
            }
            case Endpoint.Quick quick
            when isReading -> answers.send(context, quick.answer().get(), isHead, keepAlive, "");
            case Endpoint.Streamed streamed
            when isReading -> stream(context, request, streamed.contentType(), isHead ? sink -> {} : streamed.body());
            case Endpoint.Action action
            when request.method().equals(HttpMethod.POST) -> act(context, request, action.action());
            case Endpoint.Action action -> refuseMethod(context, isHead, keepAlive, "POST");
            case Endpoint other -> refuseMethod(context, isHead, keepAlive, READING);
        }
    }

    private void refuseMethod(ChannelHandlerContext context, boolean isHead, boolean keepAlive, String allowed) {
        Answer refusal = Answer.line(HttpResponseStatus.METHOD_NOT_ALLOWED, "only " + allowed.replace(", ", " and "));
        answers.send(context, refusal, isHead, keepAlive, allowed);
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

    /** A page in somebody's browser can send a POST here, but knows no token and may not set this header. */
    private void act(ChannelHandlerContext context, HttpRequest request, AdminAction action) {
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        if (!MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8))) {
            counters.requestRefused();
            Answer refusal = Answer.line(
                    HttpResponseStatus.UNAUTHORIZED,
                    "needs the token of the file 'control' in the data directory, as Authorization: Bearer TOKEN");
            answers.send(context, refusal, false, HttpUtil.isKeepAlive(request), "");
            return;
        }
        Map<String, String> parameters = new HashMap<>();
        new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, PARAMETERS_MAX)
                .parameters()
                .forEach((name, values) -> parameters.put(name, values.getLast()));
        stream(context, request, Answer.PLAIN_TEXT, sink -> {
            sink.text().append(outcome(action, parameters, line -> {
                sink.text().append(line).append('\n');
                sink.send();
            }));
        });
    }

    private static String outcome(AdminAction action, Map<String, String> parameters, Consumer<String> lines) {
        try {
            action.run(parameters, lines);
            return "done\n";
        } catch (AdminAction.RefusedException refused) {
            return "failed: " + refused.getMessage() + "\n";
        }
    }

    private void stream(
            ChannelHandlerContext context, HttpRequest request, String contentType, Endpoint.StreamedBody body) {
        boolean inPieces = !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        boolean keepAlive = inPieces && HttpUtil.isKeepAlive(request);
        isAnswering = true;
        answers.sendHead(context, contentType, keepAlive, inPieces);
        blocking.execute(() -> {
            boolean isWhole = writeBody(context, body);
            context.executor().execute(() -> ended(context, isWhole, keepAlive));
        });
    }

    /** The outermost frame of the request: whatever fails ends its connection, so that nobody takes a part for the whole. */
    private boolean writeBody(ChannelHandlerContext context, Endpoint.StreamedBody body) {
        ChunkedBody chunks = new ChunkedBody(context.channel(), counters);
        try {
            body.write(chunks);
            chunks.send();
            return true;
        } catch (ClientGoneException gone) {
            return false;
        } catch (RuntimeException failure) {
            LOG.error("an HTTP request failed", failure);
            return false;
        }
    }

    private void ended(ChannelHandlerContext context, boolean isWhole, boolean keepAlive) {
        isAnswering = false;
        if (!isWhole) {
            context.close();
            return;
        }
        answers.sendEnd(context, keepAlive && !isDraining);
        while (!isAnswering && !waiting.isEmpty() && context.channel().isActive()) {
            handle(context, waiting.remove());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.NOW) {
            isDraining = true;
            if (!isAnswering) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
            return;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.requestRefused();
        if (cause instanceof IOException) {
            LOG.debug("connection lost reason={}", cause.getMessage());
        } else {
            LOG.error("connection failed", cause);
        }
        context.close();
    }
}
