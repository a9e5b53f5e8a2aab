package io.sluice.replication.raft;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sluice.common.Clock;
import io.sluice.common.PeerConnection;
import io.sluice.common.PeerListener;
import io.sluice.common.PeerTransport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of all groups of a node over one connection to each other node, and what those call here. Each call ends once:
 * with its answer, with its time, or with the connection it went over.
 */
final class PeerCalls implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCalls.class);

    /** A timer for each call would cost more than the call. */
    private static final long LOOK_MS = 50;

    private final PeerTransport transport;
    private final ScheduledExecutorService timer;
    private final PeerRpcServer server;
    private final PeerRequests requests;
    private final IntConsumer lost;
    private final Clock clock;
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, Call> open = new ConcurrentHashMap<>();
    private final Map<PeerConnection, PeerLine> lines = new ConcurrentHashMap<>();

    private record Call(PeerConnection connection, InvokeCallback callback, long deadlineNs) {}

    /** {@code lost} hears of a node when a connection with it has ended over which something had come. */
    PeerCalls(
            PeerTransport transport,
            ScheduledExecutorService timer,
            PeerRpcServer server,
            PeerRequests requests,
            IntConsumer lost,
            Clock clock) {
        this.clock = clock;
        this.transport = transport;
        this.timer = timer;
        this.server = server;
        this.requests = requests;
        this.lost = lost;
    }

    void start() {
        transport.start(this);
        var unused = timer.scheduleWithFixedDelay(this::endOverdue, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    boolean isConnected(int nodeId) {
        return transport.connect(nodeId).isOpen();
    }

    /** Begins to connect if need be: from then on messages to the node can be given away. */
    void connect(int nodeId) {
        transport.connect(nodeId);
    }

    /** Sends a call; the callback hears once how it ended, on its executor if it has one; that time is up some 50 ms late. */
    void call(int nodeId, Message request, long timeoutMs, InvokeCallback callback) {
        MessageKind kind = MessageKind.of(request);
        if (kind == null) {
            run(callback, null, new RemotingException("nodes do not send " + request.getClass()));
            return;
        }
        long number = lastCall.incrementAndGet();
        PeerConnection connection = transport.connect(nodeId);
        long nowNs = clock.nanoTime();
        open.put(number, new Call(connection, callback, nowNs + TimeUnit.MILLISECONDS.toNanos(timeoutMs)));
        line(connection).asked(nowNs);
        if (!connection.send(Frame.encode(true, kind, number, request))) {
            // Where it has ended already nobody would take the line away again.
            lines.computeIfPresent(connection, (ended, line) -> line.wasHeard() ? line : null);
            fail(number, new RemotingException("node " + nodeId + " cannot be reached"));
        }
    }

    private PeerLine line(PeerConnection connection) {
        return lines.computeIfAbsent(connection, PeerLine::new);
    }

    private void endOverdue() {
        long nowNs = clock.nanoTime();
        open.forEach((number, call) -> {
            if (nowNs - call.deadlineNs() >= 0) {
                endOverdue(number, call);
            }
        });
    }

    /** A callback that fails must not end those that follow. */
    private void endOverdue(long number, Call call) {
        try {
            timedOut(number, call);
        } catch (RuntimeException failed) {
            LOG.warn(
                    "the end of a call to node={} was not taken",
                    call.connection().nodeId(),
                    failed);
        }
    }

    private void timedOut(long number, Call call) {
        PeerLine line = lines.get(call.connection());
        int nodeId = call.connection().nodeId();
        if (line != null && line.endIfDead(clock.nanoTime())) {
            LOG.info("closes the connection with node={} over which nothing comes any more", nodeId);
        }
        fail(number, new InvokeTimeoutException("node " + nodeId + " did not answer in time"));
    }

    private void fail(long number, RemotingException reason) {
        end(number, null, reason);
    }

    private void end(long number, @Nullable Message answer, @Nullable RemotingException failure) {
        Call call = open.remove(number);
        if (call != null) {
            run(call.callback(), answer, failure);
        }
    }

    private static void run(InvokeCallback callback, @Nullable Message answer, @Nullable RemotingException failure) {
        Executor executor = callback.executor();
        if (executor == null) {
            callback.complete(answer, failure);
            return;
        }
        try {
            executor.execute(() -> callback.complete(answer, failure));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("a call ended after its group had stopped", stopped);
        }
    }

    @Override
    public void received(PeerConnection connection, ByteBuffer message) {
        line(connection).heard();
        try {
            Frame frame = Frame.decode(message);
            if (frame.kind() == PeerRequests.KIND) {
                requests.received(connection, frame);
                return;
            }
            MessageKind kind = MessageKind.of(frame.kind());
            if (kind == null) {
                throw new MalformedFrameException("a message of kind " + frame.kind());
            }
            Message content = kind.parse(frame.content());
            if (frame.isCall()) {
                server.received(connection, frame.call(), content);
            } else {
                end(frame.call(), content, null);
            }
        } catch (InvalidProtocolBufferException | MalformedFrameException malformed) {
            LOG.warn("closes the connection with node={}: {}", connection.nodeId(), malformed.getMessage());
            connection.close();
        }
    }

    @Override
    public void closed(PeerConnection connection) {
        server.closed(connection);
        requests.closed(connection);
        PeerLine line = lines.remove(connection);
        // One that could not be made says nothing about the node: it may hear this one over another.
        if (line != null && line.wasHeard()) {
            lost.accept(connection.nodeId());
        }
        open.forEach((number, call) -> {
            if (call.connection().equals(connection)) {
                fail(number, new RemotingException("the connection with node " + connection.nodeId() + " ended"));
            }
        });
    }
}
