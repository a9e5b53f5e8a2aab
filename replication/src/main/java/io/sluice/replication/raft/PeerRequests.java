package io.sluice.replication.raft;

import io.sluice.common.Begun;
import io.sluice.common.Check;
import io.sluice.common.PeerCallException;
import io.sluice.common.PeerConnection;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.common.PeerTransport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests that are not the engine's, in the same {@link Frame}s and over the same connections as its calls.
 *
 * <pre>
 * call     0 int service   4 request
 * answer   0 byte 0 answered, 1 refused   1 answer, or the reason as UTF-8
 * </pre>
 */
final class PeerRequests implements PeerServices {
    /** In the place of a kind of the engine's messages, which are lower. */
    static final byte KIND = 64;

    private static final int SERVICE_BYTES = 4;
    private static final byte ANSWERED = 0;
    private static final byte REFUSED = 1;
    private static final int REASON_CHARS_MAX = 1_000;
    private static final String STOPPING = "this node stops";

    private final PeerTransport transport;
    private final ScheduledExecutorService timer;
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, Open> open = new ConcurrentHashMap<>();
    private final Map<Integer, PeerService> handlers = new ConcurrentHashMap<>();

    private volatile boolean isClosed;

    private record Open(PeerConnection connection, CompletableFuture<ByteBuffer> answer) {}

    PeerRequests(PeerTransport transport, ScheduledExecutorService timer) {
        this.transport = transport;
        this.timer = timer;
    }

    @Override
    public void serve(int service, PeerService handler) {
        Check.check(handlers.putIfAbsent(service, handler) == null, "service %d has two handlers", service);
    }

    @Override
    public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
        Check.check(request.remaining() <= MESSAGE_BYTES_MAX, "a request of %d bytes", request.remaining());
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        long number = lastCall.incrementAndGet();
        PeerConnection connection = transport.connect(nodeId);
        open.put(number, new Open(connection, answer));
        try {
            Future<?> timeout =
                    timer.schedule(() -> fail(number, nodeId, "no answer in time"), timeoutMs, TimeUnit.MILLISECONDS);
            var unused = answer.whenComplete((given, failure) -> timeout.cancel(false));
        } catch (RejectedExecutionException stopped) {
            fail(number, nodeId, STOPPING);
        }
        if (isClosed) {
            // Perhaps close() came before this call was to be found, and the timer forgets what it has.
            fail(number, nodeId, STOPPING);
            return answer;
        }
        ByteBuffer content = ByteBuffer.allocate(SERVICE_BYTES + request.remaining());
        content.putInt(service).put(request).flip();
        if (!connection.send(Frame.encode(true, KIND, number, content))) {
            fail(number, nodeId, "it cannot be reached");
        }
        return answer;
    }

    private void fail(long number, int nodeId, String reason) {
        Open call = open.remove(number);
        if (call != null) {
            call.answer().completeExceptionally(new PeerCallException(nodeId, reason));
        }
    }

    /** A frame of this kind arrived. */
    void received(PeerConnection connection, Frame frame) {
        if (frame.isCall()) {
            handle(connection, frame);
        } else {
            answered(connection, frame);
        }
    }

    private void handle(PeerConnection connection, Frame frame) {
        ByteBuffer content = frame.content();
        if (content.remaining() < SERVICE_BYTES || content.remaining() > SERVICE_BYTES + MESSAGE_BYTES_MAX) {
            throw new MalformedFrameException("a request of " + content.remaining() + " bytes");
        }
        PeerService handler = handlers.get(content.getInt());
        if (handler == null) {
            send(connection, frame.call(), REFUSED, StandardCharsets.UTF_8.encode("there is no such service"));
            return;
        }
        int asker = connection.nodeId();
        var unused = Begun.of(() -> handler.handle(asker, content.slice())).whenComplete((answer, failure) -> {
            if (failure != null) {
                send(connection, frame.call(), REFUSED, StandardCharsets.UTF_8.encode(reason(failure)));
            } else if (answer.remaining() > MESSAGE_BYTES_MAX) {
                // Nobody would hear of an exception here, and who asked would wait until its time is up.
                String tooLong = "an answer of " + answer.remaining() + " bytes";
                send(connection, frame.call(), REFUSED, StandardCharsets.UTF_8.encode(tooLong));
            } else {
                send(connection, frame.call(), ANSWERED, answer);
            }
        });
    }

    private static String reason(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.length() > REASON_CHARS_MAX ? text.substring(0, REASON_CHARS_MAX) : text;
    }

    /** Who asked may be gone meanwhile, and then nobody waits. */
    private static void send(PeerConnection connection, long call, byte outcome, ByteBuffer content) {
        ByteBuffer answer = ByteBuffer.allocate(1 + content.remaining());
        answer.put(outcome).put(content).flip();
        connection.send(Frame.encode(false, KIND, call, answer));
    }

    private void answered(PeerConnection connection, Frame frame) {
        ByteBuffer content = frame.content();
        if (!content.hasRemaining()) {
            throw new MalformedFrameException("an answer without an outcome");
        }
        boolean isRefusal = content.get() != ANSWERED;
        if (isRefusal) {
            fail(frame.call(), connection.nodeId(), "refused: " + StandardCharsets.UTF_8.decode(content));
            return;
        }
        Open call = open.remove(frame.call());
        if (call != null) {
            call.answer().complete(content.slice());
        }
    }

    /** The node stops: whoever waits, waits in vain, and no timer will say so. */
    void close() {
        isClosed = true;
        open.forEach((number, call) -> fail(number, call.connection().nodeId(), STOPPING));
    }

    /** The connection has ended, and what was asked over it stays without an answer. */
    void closed(PeerConnection connection) {
        open.forEach((number, call) -> {
            if (call.connection().equals(connection)) {
                fail(number, connection.nodeId(), "the connection ended");
            }
        });
    }
}
