package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.network.MemoryBudget;
import io.sluice.protocol.kafka.codec.Authentication;
import io.sluice.protocol.kafka.codec.ColdAnswer;
import io.sluice.protocol.kafka.codec.ColdAnswer.Insertion;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdRequests;
import io.sluice.protocol.kafka.codec.ColdRequests.Started;
import io.sluice.protocol.kafka.codec.Door;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.cluster.ApiVersionsHandler;
import io.sluice.protocol.kafka.codec.cluster.ClusterHandlers;
import io.sluice.protocol.kafka.codec.config.ConfigHandlers;
import io.sluice.protocol.kafka.codec.group.GroupHandlers;
import io.sluice.protocol.kafka.codec.quota.QuotaHandlers;
import io.sluice.protocol.kafka.codec.security.SecurityHandlers;
import io.sluice.protocol.kafka.codec.share.ShareHandlers;
import io.sluice.protocol.kafka.codec.topic.TopicHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Hands requests that are not hot to {@link ColdRequests} and sends what comes back. Any event loop. */
final class ColdCalls {
    private static final int CORRELATION_BYTES = 4;
    /** Shorter answers are not worth counting: of one connection few are under way at a time. */
    private static final int COUNTED_BYTES_MIN = 64 << 10;

    private static final long PARSED_BYTES_MIN = 4 << 20;
    /** One request may become objects of so large a part of the memory for requests. */
    private static final int PARSED_SHARE = 4;

    private final Door door;
    private final MemoryBudget memory;
    private final ColdRequests requests;
    private final long parsedBytesMax;

    ColdCalls(Door door, MemoryBudget memory, int shareSessionsMax) {
        this.door = door;
        this.memory = memory;
        parsedBytesMax = Math.max(PARSED_BYTES_MIN, memory.limitBytes() / PARSED_SHARE);
        var handlers = new ArrayList<>(ClusterHandlers.all());
        handlers.addAll(TopicHandlers.all());
        handlers.addAll(ConfigHandlers.all());
        handlers.addAll(GroupHandlers.all());
        handlers.addAll(SecurityHandlers.all());
        handlers.addAll(QuotaHandlers.all());
        handlers.addAll(ShareHandlers.all(shareSessionsMax));
        requests = new ColdRequests(handlers);
    }

    /** Starts to answer the request whose body begins at the reader index; the frame may be reused afterwards. */
    void handle(RequestHeader header, ByteBuf frame, KafkaConnection connection) {
        ClientUse use = connection.use();
        ColdContext context = new ColdContext(
                door,
                header.version(),
                header.clientId(frame),
                connection.client(),
                use.mutations(),
                connection::execute);
        Started started = start(header, frame, context);
        CompletableFuture<ColdAnswer> future = started.answer();
        IntSupplier restMs =
                () -> Math.max(use.requestRestMs(), context.mutations().restMs());
        Answer answer = connection.newAnswer();
        if (future.isDone()) {
            finish(header, connection, answer, future, restMs);
            return;
        }
        long heldBytes = started.parsedBytes();
        memory.take(heldBytes);
        future.whenComplete((message, failure) -> {
            memory.giveBack(heldBytes);
            connection.execute(() -> finish(header, connection, answer, future, restMs));
        });
    }

    private Started start(RequestHeader header, ByteBuf frame, ColdContext context) {
        if (!header.api().serves(header.version())) {
            return new Started(CompletableFuture.completedFuture(ApiVersionsHandler.unsupportedVersion()), 0);
        }
        return requests.handle(header.api(), frame.nioBuffer(), context, parsedBytesMax);
    }

    private static void finish(
            RequestHeader header,
            KafkaConnection connection,
            Answer answer,
            CompletableFuture<ColdAnswer> future,
            IntSupplier restMs) {
        if (future.isCompletedExceptionally()) {
            connection.fail(header.toString(), future.exceptionNow());
            return;
        }
        ColdAnswer message = future.resultNow();
        Throwable failure = message.failure();
        if (failure != null) {
            connection.report(header.toString(), failure);
        }
        int throttleMs = Math.max(restMs.getAsInt(), fetchedRestMs(header, connection, message));
        connection.mute(throttleMs);
        try {
            List<ByteBuf> whole = encode(header, connection, message, throttleMs);
            answer.complete(whole, keepMemoryUntilSent(Answer.lengthBytes(whole), connection));
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.fail(header.toString(), e);
        } finally {
            message.release();
        }
        if (connection.client().authentication().isFailed()) {
            connection.endWhenAnswered();
        }
    }

    /** Records that a share group hands out count as fetched, as in Kafka; what is handed out already is not held back. */
    private static int fetchedRestMs(RequestHeader header, KafkaConnection connection, ColdAnswer message) {
        return header.api() == KafkaApi.SHARE_FETCH ? connection.use().fetched(message.sizeBytes()) : 0;
    }

    /** Whoever asks for very much and does not take it is seen by those who wait for memory. */
    private static Runnable keepMemoryUntilSent(long lengthBytes, KafkaConnection connection) {
        if (lengthBytes < COUNTED_BYTES_MIN) {
            return () -> {};
        }
        MemoryBudget memory = connection.listener().answerMemory();
        memory.take(lengthBytes);
        return () -> memory.giveBack(lengthBytes);
    }

    /** Takes a frame that is a token of a login and no request, as clients sent them before KIP-152. */
    void handleToken(ByteBuf frame, KafkaConnection connection) {
        byte[] token = new byte[frame.readableBytes()];
        frame.readBytes(token);
        Answer answer = connection.newAnswer();
        connection
                .client()
                .authentication()
                .authenticate(token)
                .whenComplete((outcome, failure) ->
                        connection.execute(() -> finishToken(connection, answer, outcome, failure)));
    }

    private static void finishToken(
            KafkaConnection connection,
            Answer answer,
            Authentication.@Nullable Outcome outcome,
            @Nullable Throwable failure) {
        if (outcome == null) {
            connection.fail("login", failure == null ? new IllegalStateException("no outcome") : failure);
        } else if (outcome.isOk()) {
            ByteBuf out = connection.channel().alloc().directBuffer(AnswerHead.LENGTH_BYTES + outcome.bytes().length);
            answer.complete(out.writeInt(outcome.bytes().length).writeBytes(outcome.bytes()));
        } else {
            connection.refuse("a login that failed");
        }
    }

    private static List<ByteBuf> encode(
            RequestHeader header, KafkaConnection connection, ColdAnswer message, int throttleMs) {
        KafkaApi api = header.api();
        boolean isTagged = api.hasTaggedAnswerHeader(header.version());
        int headBytes = CORRELATION_BYTES + (isTagged ? 1 : 0);
        int writtenBytes = message.writtenBytes();
        ByteBufAllocator allocator = connection.channel().alloc();
        ByteBuf out = allocator.directBuffer(AnswerHead.LENGTH_BYTES + headBytes + writtenBytes);
        try {
            out.writeInt(headBytes + message.sizeBytes());
            out.writeInt(header.correlationId());
            Wire.writeNoTaggedFields(out, isTagged);
            int bodyIndex = out.writerIndex();
            List<Insertion> insertions = message.writeTo(out.nioBuffer(bodyIndex, writtenBytes), api, throttleMs);
            out.writerIndex(bodyIndex + writtenBytes);
            return insertions.isEmpty() ? List.of(out.retain()) : cut(out, bodyIndex, insertions, allocator);
        } finally {
            out.release();
        }
    }

    /** The buffer in slices, and between them what lies elsewhere. */
    private static List<ByteBuf> cut(
            ByteBuf out, int bodyIndex, List<Insertion> insertions, ByteBufAllocator allocator) {
        List<ByteBuf> parts = new ArrayList<>(2 * insertions.size() + 1);
        int from = 0;
        for (Insertion insertion : insertions) {
            int to = bodyIndex + insertion.position();
            if (to > from) {
                parts.add(out.retainedSlice(from, to - from));
            }
            from = to;
            parts.add(SharedByteBuf.of(
                    allocator,
                    insertion.part().bytes(),
                    Objects.requireNonNull(insertion.part().owner())));
        }
        if (out.writerIndex() > from) {
            parts.add(out.retainedSlice(from, out.writerIndex() - from));
        }
        return parts;
    }
}
