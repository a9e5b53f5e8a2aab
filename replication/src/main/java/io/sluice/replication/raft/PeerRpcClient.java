package io.sluice.replication.raft;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import io.sluice.common.Check;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A group's way to the calls that all groups of a node share. */
final class PeerRpcClient implements RpcClient {
    private volatile @Nullable MemberOptions member;

    @Override
    public boolean init(RpcOptions options) {
        Check.check(options instanceof MemberOptions, "a client of a node without a transport");
        member = (MemberOptions) options;
        return true;
    }

    /** Connections belong to the member and outlive its groups. */
    @Override
    public void shutdown() {}

    private MemberOptions member() {
        MemberOptions known = member;
        if (known == null) {
            throw new IllegalStateException("the client was not initialised");
        }
        return known;
    }

    private PeerCalls calls() {
        return member().calls();
    }

    /**
     * Always: where the engine is told that there is no connection, it sends something and waits for the answer, with the
     * group's lock in its hands and, in an election, before it asks those that can be reached.
     */
    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return checkConnection(endpoint, true);
    }

    /** A connection that is on its way counts: what is sent meanwhile waits for it. */
    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        if (!createIfAbsent) {
            return calls().isConnected(Peers.nodeId(endpoint));
        }
        calls().connect(Peers.nodeId(endpoint));
        return true;
    }

    @Override
    public void closeConnection(Endpoint endpoint) {}

    @Override
    public void registerConnectEventListener(ReplicatorGroup group) {}

    @Override
    public Object invokeSync(Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMs)
            throws InterruptedException, RemotingException {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        calls().call(Peers.nodeId(endpoint), (Message) request, timeoutMs, (result, failure) -> {
            if (failure == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        try {
            return answer.get(2 * timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new RemotingException(failed.getCause());
        } catch (TimeoutException late) {
            throw new InvokeTimeoutException(late);
        }
    }

    @Override
    public void invokeAsync(
            Endpoint endpoint,
            Object request,
            @Nullable InvokeContext context,
            InvokeCallback callback,
            long timeoutMs) {
        if (request instanceof RequestVoteRequest && !member().mayStand()) {
            callback.complete(null, new RemotingException("this node is in quarantine and asks for no votes"));
            return;
        }
        Message message = request instanceof AppendEntriesRequest append ? withCommitted(append) : (Message) request;
        calls().call(Peers.nodeId(endpoint), message, timeoutMs, callback);
    }

    /**
     * The engine knows of nothing committed behind its checkpoint when it starts. Who is given entries keeps them in memory
     * until they are committed, and takes only so many: where those of a leader that has just started are more, neither would
     * come further unless others have them already.
     */
    private AppendEntriesRequest withCommitted(AppendEntriesRequest append) {
        long known = member().committedIndex();
        return append.getCommittedIndex() >= known
                ? append
                : append.toBuilder().setCommittedIndex(known).build();
    }
}
