package io.sluice.protocol.kafka.codec;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.protocol.ApiMessage;

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
     * A request that is being answered.
     *
     * @param answer completes on any thread
     * @param parsedBytes memory of the request, estimated
     */
    public record Started(CompletableFuture<ColdAnswer> answer, long parsedBytes) {}

    /**
     * Reads position to limit of {@code body} as a request and starts to answer it; nothing refers to the bytes
     * afterwards. Throws {@link MalformedRequestException}, also for what would become more than {@code parsedBytesMax}
     * of objects. What a handler throws is answered too ({@link ColdAnswer#failure}); the future fails only if that cannot
     * be said in the answer's form.
     */
    public Started handle(KafkaApi api, ByteBuffer body, ColdContext context, long parsedBytesMax) {
        ColdHandler<?> handler = handlers.get(api);
        if (handler == null) {
            throw new MalformedRequestException(api + " has no handler");
        }
        return readAndHandle(handler, body, context, parsedBytesMax);
    }

    private static <Q extends ApiMessage> Started readAndHandle(
            ColdHandler<Q> handler, ByteBuffer body, ColdContext context, long parsedBytesMax) {
        Q request = handler.newRequest();
        long parsedBytes = read(request, body, context.version(), parsedBytesMax);
        CompletableFuture<ColdAnswer> answer = start(handler, request, context)
                .<ColdAnswer>thenApply(message -> ColdAnswer.of(message, context.version()))
                .exceptionally(failure -> failed(handler.api(), request, context.version(), failure));
        return new Started(answer, parsedBytes);
    }

    private static <Q extends ApiMessage> CompletableFuture<? extends ApiMessage> start(
            ColdHandler<Q> handler, Q request, ColdContext context) {
        try {
            return handler.handle(request, context);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static ColdAnswer failed(KafkaApi api, ApiMessage request, short version, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return UnexpectedFailure.answer(api, request, version)
                .map(answer -> ColdAnswer.failed(answer, version, cause))
                .orElseThrow(() -> new CompletionException(cause));
    }

    /**
     * The message classes compare every array and string length with what {@link MeasuredReadable} says is left before
     * they allocate, and throw plain RuntimeExceptions, so those are what a malformed request looks like here.
     */
    private static long read(ApiMessage request, ByteBuffer body, short version, long parsedBytesMax) {
        MeasuredReadable source = new MeasuredReadable(body, parsedBytesMax);
        try {
            request.read(source, version);
        } catch (MalformedRequestException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MalformedRequestException(
                    "unreadable " + request.getClass().getSimpleName() + " version " + version + ": " + e.getMessage());
        }
        if (body.hasRemaining()) {
            throw new MalformedRequestException(
                    request.getClass().getSimpleName() + " has " + body.remaining() + " bytes too many");
        }
        return source.parsedBytes();
    }
}
