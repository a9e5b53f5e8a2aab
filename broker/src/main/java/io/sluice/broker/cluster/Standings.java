package io.sluice.broker.cluster;

import io.sluice.common.PeerServices;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;

/** Nodes ask each other how they stand: service {@value #SERVICE} among nodes, with an empty question. Any thread. */
public final class Standings {
    /** Number of the service among nodes. */
    public static final int SERVICE = 3;

    private static final long TIMEOUT_MS = 1_000;

    private final PeerServices peers;

    /** From now on answers others; {@code own} says how this node stands towards the one that asks, without blocking. */
    public Standings(PeerServices peers, IntFunction<NodeStanding> own) {
        this.peers = peers;
        peers.serve(
                SERVICE,
                (from, question) ->
                        CompletableFuture.completedFuture(own.apply(from).encode()));
    }

    /** Fails if the node does not answer within a second. Completes on threads of the network: whoever waits hands over. */
    public CompletableFuture<NodeStanding> ask(int node) {
        return peers.call(node, SERVICE, ByteBuffer.allocate(0), TIMEOUT_MS).thenApply(NodeStanding::decode);
    }

    /** How those stand that answer within a second, by id. Completes as {@link #ask}. */
    public CompletableFuture<Map<Integer, NodeStanding>> askAll(Collection<Integer> nodes) {
        Map<Integer, NodeStanding> answers = new ConcurrentSkipListMap<>();
        CompletableFuture<?>[] asked = nodes.stream()
                .map(node ->
                        ask(node).handle((answer, failure) -> failure == null && answers.put(node, answer) == null))
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(asked).thenApply(all -> answers);
    }
}
