package io.sluice.replication.raft;

import com.alipay.sofa.jraft.rpc.RaftServerService;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowResponse;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Keeps the engine out of elections in groups in which this node must not vote: what others ask is answered here, and the
 * engine does not hear of it. That it asks for no votes itself sees {@link PeerRpcClient} to. Any thread.
 */
final class Abstention {
    /** Below every term of a candidate, so that none gives up because of it. */
    private static final long NO_TERM = 0;

    private final Map<String, BooleanSupplier> mayVote = new ConcurrentHashMap<>();

    /** Asked at each vote of the group from now on. */
    void begin(String group, BooleanSupplier whetherItMayVote) {
        mayVote.put(group, whetherItMayVote);
    }

    void end(String group) {
        mayVote.remove(group);
    }

    private boolean mayVote(String group) {
        return mayVote.getOrDefault(group, () -> true).getAsBoolean();
    }

    /** For votes and the questions before them. */
    RequestVoteRequestProcessor votes(Executor executor) {
        return new Votes(executor);
    }

    /** For leaders that want to hand over. */
    TimeoutNowRequestProcessor handOvers(Executor executor) {
        return new HandOvers(executor);
    }

    private final class Votes extends RequestVoteRequestProcessor {
        Votes(Executor executor) {
            super(executor);
        }

        @Override
        public Message processRequest0(RaftServerService engine, RequestVoteRequest request, RpcRequestClosure done) {
            return mayVote(request.getGroupId())
                    ? super.processRequest0(engine, request, done)
                    : RequestVoteResponse.newBuilder()
                            .setTerm(NO_TERM)
                            .setGranted(false)
                            .build();
        }
    }

    private final class HandOvers extends TimeoutNowRequestProcessor {
        HandOvers(Executor executor) {
            super(executor);
        }

        @Override
        public Message processRequest0(RaftServerService engine, TimeoutNowRequest request, RpcRequestClosure done) {
            return mayVote(request.getGroupId())
                    ? super.processRequest0(engine, request, done)
                    : TimeoutNowResponse.newBuilder()
                            .setTerm(NO_TERM)
                            .setSuccess(false)
                            .build();
        }
    }
}
