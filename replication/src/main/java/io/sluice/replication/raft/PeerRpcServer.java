package io.sluice.replication.raft;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequestHeader;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.impl.ConnectionClosedEventListener;
import com.google.protobuf.Message;
import io.sluice.common.PeerConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what other nodes call to the engine's processors, each on the thread that keeps its order. */
final class PeerRpcServer {
    private static final Logger LOG = LoggerFactory.getLogger(PeerRpcServer.class);

    /** As the engine answers where one group alone has too much: the sender comes again a little later. */
    private static final Message NO_ROOM = busy("this node has no room for more entries now");

    /** Without it who calls would wait until its time is over: five minutes where a checkpoint is offered. */
    private static final Message NO_THREAD = busy("this node has no thread for a call now");

    private final Executor executor;
    private final EngineMemory memory;
    private final Map<Class<?>, Handler<?>> handlers = new ConcurrentHashMap<>();
    private final List<ConnectionClosedEventListener> closedListeners = new CopyOnWriteArrayList<>();
    private final Map<PeerConnection, CallerConnection> connections = new ConcurrentHashMap<>();

    private record Handler<T extends Message>(Class<T> type, RpcProcessor<T> processor) {
        void handle(RpcContext context, Message request) {
            processor.handleRequest(context, type.cast(request));
        }
    }

    private static Message busy(String reason) {
        return ErrorResponse.newBuilder()
                .setErrorCode(RaftError.EBUSY.getNumber())
                .setErrorMsg(reason)
                .build();
    }

    /** What processors without a thread of their own run on, and what limits the entries that come. */
    PeerRpcServer(Executor executor, EngineMemory memory) {
        this.executor = executor;
        this.memory = memory;
    }

    /** Tells the listener when a connection over which calls came has ended. */
    void onClosed(ConnectionClosedEventListener listener) {
        closedListeners.add(listener);
    }

    <T extends Message> void register(Class<T> type, RpcProcessor<T> processor) {
        handlers.put(type, new Handler<>(type, processor));
    }

    /** A call arrived; whom it is for decides the engine by what it says. */
    void received(PeerConnection connection, long call, Message request) {
        Handler<?> handler = handlers.get(request.getClass());
        if (handler == null) {
            throw new MalformedFrameException(
                    "a call with " + request.getClass().getSimpleName());
        }
        Context context = new Context(connections.computeIfAbsent(connection, CallerConnection::new), call);
        if (request instanceof AppendEntriesRequest append && !memory.admits(append)) {
            LOG.debug("no room for more entries group={}", append.getGroupId());
            context.sendResponse(NO_ROOM);
            return;
        }
        try {
            executorOf(handler.processor(), request).execute(() -> handler.handle(context, request));
        } catch (RejectedExecutionException refused) {
            LOG.debug("a call arrived after its group had stopped, or while too many wait", refused);
            context.sendResponse(NO_THREAD);
        }
    }

    private Executor executorOf(RpcProcessor<?> processor, Message request) {
        Executor chosen = processor.executor();
        if (request instanceof AppendEntriesRequest append && processor.executorSelector() != null) {
            AppendEntriesRequestHeader header = AppendEntriesRequestHeader.newBuilder()
                    .setGroupId(append.getGroupId())
                    .setPeerId(append.getPeerId())
                    .setServerId(append.getServerId())
                    .build();
            chosen = processor.executorSelector().select(AppendEntriesRequest.class.getName(), header);
        }
        return chosen == null ? executor : chosen;
    }

    void closed(PeerConnection connection) {
        CallerConnection caller = connections.remove(connection);
        if (caller != null) {
            closedListeners.forEach(listener -> listener.onClosed(caller.name(), caller));
        }
    }

    private record Context(CallerConnection caller, long call) implements RpcContext {
        @Override
        public void sendResponse(Object response) {
            MessageKind kind = MessageKind.of(response);
            if (kind == null) {
                throw new IllegalArgumentException("nodes do not answer " + response.getClass());
            }
            caller.connection().send(Frame.encode(false, kind, call, (Message) response));
        }

        @Override
        public Connection getConnection() {
            return caller;
        }

        @Override
        public String getRemoteAddress() {
            return caller.name();
        }
    }

    /** A connection as the engine sees it: it hangs its own things on it. */
    private static final class CallerConnection implements Connection {
        private final PeerConnection connection;
        private final Map<String, Object> attributes = new ConcurrentHashMap<>();

        CallerConnection(PeerConnection connection) {
            this.connection = connection;
        }

        PeerConnection connection() {
            return connection;
        }

        String name() {
            return Peers.peer(connection.nodeId()).toString();
        }

        @Override
        public @Nullable Object getAttribute(String key) {
            return attributes.get(key);
        }

        @Override
        public void setAttribute(String key, Object value) {
            attributes.put(key, value);
        }

        @Override
        public @Nullable Object setAttributeIfAbsent(String key, Object value) {
            return attributes.putIfAbsent(key, value);
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
