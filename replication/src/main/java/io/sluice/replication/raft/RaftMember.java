package io.sluice.replication.raft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.InstallSnapshotRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ReadIndexRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.impl.PingRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.AppendEntriesRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.InstallSnapshotRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.ReadIndexRequestProcessor;
import io.sluice.common.Clock;
import io.sluice.common.PeerServices;
import io.sluice.common.PeerTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * This node as a member of raft groups: what all its {@link RaftJournal}s share. The engine keeps its members in a table of
 * the process, so one process may hold several of different node ids. Close the journals first.
 */
public final class RaftMember implements AutoCloseable {
    private static final int HANDLERS = 4;
    private static final int WAITING_CALLS_MAX = 10_000;

    static {
        EngineProperties.set();
    }

    private final PeerId peer;
    private final RaftSettings settings;
    private final ThreadFactory threads;
    private final Clock clock;
    private final Halt halt;
    private final PeerTransport transport;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor handlers;
    private final AppendEntriesRequestProcessor appends;
    private final PeerCalls calls;
    private final PeerRequests requests;
    private final Abstention abstention = new Abstention();
    private final LogEnds logEnds;
    private final EngineMemory memory;
    private final List<IntConsumer> lossListeners = new CopyOnWriteArrayList<>();

    /** Begins to listen to the others at once. Threads that are made from the factory end with {@link #close}. */
    public RaftMember(PeerTransport transport, RaftSettings settings, ThreadFactory threads, Clock clock, Halt halt) {
        this.peer = Peers.peer(transport.nodeId());
        this.settings = settings;
        this.threads = threads;
        this.clock = clock;
        this.halt = halt;
        this.transport = transport;
        timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        handlers = new ThreadPoolExecutor(
                HANDLERS, HANDLERS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_CALLS_MAX), threads);
        memory = new EngineMemory(settings.arrivedBytes());
        PeerRpcServer server = new PeerRpcServer(handlers, memory);
        appends = new AppendEntriesRequestProcessor(handlers);
        server.onClosed(appends);
        server.register(AppendEntriesRequest.class, appends);
        server.register(InstallSnapshotRequest.class, new InstallSnapshotRequestProcessor(handlers));
        server.register(RequestVoteRequest.class, abstention.votes(handlers));
        server.register(PingRequest.class, new PingRequestProcessor(handlers));
        server.register(TimeoutNowRequest.class, abstention.handOvers(handlers));
        server.register(ReadIndexRequest.class, new ReadIndexRequestProcessor(handlers));
        NodeManager.getInstance().addAddress(peer.getEndpoint());
        requests = new PeerRequests(transport, timer);
        logEnds = new LogEnds(requests, handlers);
        calls = new PeerCalls(transport, timer, server, requests, this::peerLost, clock);
        calls.start();
    }

    PeerId peer() {
        return peer;
    }

    RaftSettings settings() {
        return settings;
    }

    ThreadFactory threads() {
        return threads;
    }

    Clock clock() {
        return clock;
    }

    Halt halt() {
        return halt;
    }

    /** What nodes ask each other beside the consensus. */
    public PeerServices services() {
        return requests;
    }

    /** Tells the listener the node whenever a connection with one has ended; on any thread: it hands over. */
    void onPeerLost(IntConsumer listener) {
        lossListeners.add(listener);
    }

    void forget(IntConsumer listener) {
        lossListeners.remove(listener);
    }

    private void peerLost(int nodeId) {
        lossListeners.forEach(listener -> listener.accept(nodeId));
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** Where it must not vote. */
    Abstention abstention() {
        return abstention;
    }

    /** Where groups' logs end, here and at other nodes. */
    LogEnds logEnds() {
        return logEnds;
    }

    /** Of all groups together. */
    EngineMemory memory() {
        return memory;
    }

    PeerCalls calls() {
        return calls;
    }

    @Override
    public void close() {
        transport.close();
        NodeManager.getInstance().removeAddress(peer.getEndpoint());
        appends.destroy();
        handlers.shutdown();
        timer.shutdownNow();
        requests.close();
    }
}
