package io.sluice.protocol.kafka.codec;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/** Reads requests that are not hot, and has them answered. Immutable; any event loop. */
public final class ColdRequests {
    private final Map<KafkaApi, ColdHandler<?>> handlers = new EnumMap<>(KafkaApi.class);

    /** With the handlers, one for each request. */
    public ColdRequests(List<ColdHandler<?>> handlers) {
        for (ColdHandler<?> handler : handlers) {
            this.handlers.put(handler.api(), handler);
        }
    }

    /**
     * Reads position to limit of {@code body} as a request and starts to answer it; nothing refers to the bytes
     * afterwards. Throws {@link MalformedRequestException}.
     */
    public CompletableFuture<ColdAnswer> handle(KafkaApi api, ByteBuffer body, ColdContext context) {
        ColdHandler<?> handler = handlers.get(api);
        if (handler == null) {
            throw new MalformedRequestException(api + " has no handler");
        }
        return readAndHandle(handler, body, context);
    }

    private static <Q extends ApiMessage> CompletableFuture<ColdAnswer> readAndHandle(
            ColdHandler<Q> handler, ByteBuffer body, ColdContext context) {
        Q request = handler.newRequest();
        read(request, body, context.version());
        return handler.handle(request, context).thenApply(message -> ColdAnswer.of(message, context.version()));
    }

    /**
     * The message classes compare every array and string length with the bytes that remain before they allocate, and
     * throw plain RuntimeExceptions, so those are what a malformed request looks like here.
     */
    private static void read(ApiMessage request, ByteBuffer body, short version) {
        try {
            request.read(new ByteBufferAccessor(body), version);
        } catch (RuntimeException e) {
            throw new MalformedRequestException(
                    "unreadable " + request.getClass().getSimpleName() + " version " + version + ": " + e.getMessage());
        }
        if (body.hasRemaining()) {
            throw new MalformedRequestException(
                    request.getClass().getSimpleName() + " has " + body.remaining() + " bytes too many");
        }
    }
}
