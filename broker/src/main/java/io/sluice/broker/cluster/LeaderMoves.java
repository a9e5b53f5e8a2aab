package io.sluice.broker.cluster;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.Begun;
import io.sluice.common.PeerServices;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whoever leads a shard to let another node lead it at once, instead of when the steward comes to it: service
 * {@value #SERVICE} among nodes. Any thread.
 *
 * <pre>
 * question   shard 4 | node 4
 * answer     1 if that node leads now, else 0
 * </pre>
 */
public final class LeaderMoves {
    /** Number of the service among nodes. */
    public static final int SERVICE = 4;

    private static final int QUESTION_BYTES = 8;
    private static final long TIMEOUT_MS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(LeaderMoves.class);

    private final PeerServices peers;
    private final int nodeId;
    private final Mover mover;
    private final Map<Integer, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();

    /** Does it where the shard is led. */
    @FunctionalInterface
    public interface Mover {
        /** Lets that node lead the shard, if it is ready to; completes with whether this node leads it no more. */
        CompletableFuture<Boolean> handOver(int shard, int node);
    }

    /** From now on does what others ask of {@code nodeId}, this node. */
    public LeaderMoves(PeerServices peers, int nodeId, Mover mover) {
        this.peers = peers;
        this.nodeId = nodeId;
        this.mover = mover;
        peers.serve(SERVICE, (from, question) -> {
            ByteReader in = new ByteReader(question);
            return mover.handOver(in.getInt(), in.getInt())
                    .thenApply(done -> new ByteWriter().putByte(done ? 1 : 0).toBuffer());
        });
    }

    /**
     * Asks the leader; whether that has led to another one, false too if it did not answer. One question for each shard at a
     * time: who asks meanwhile hears its answer. Completes on threads of the network or apply threads.
     */
    public CompletableFuture<Boolean> move(int shard, int leader, int wanted) {
        CompletableFuture<Boolean> own = new CompletableFuture<>();
        CompletableFuture<Boolean> other = underWay.putIfAbsent(shard, own);
        if (other != null) {
            return other;
        }
        var unused = Begun.of(() -> ask(shard, leader, wanted)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("node={} was asked in vain to let node={} lead shard={}", leader, wanted, shard, failure);
            }
            underWay.remove(shard);
            own.complete(failure == null && done);
        });
        return own;
    }

    private CompletableFuture<Boolean> ask(int shard, int leader, int wanted) {
        return leader == nodeId
                ? mover.handOver(shard, wanted)
                : peers.call(leader, SERVICE, question(shard, wanted), TIMEOUT_MS)
                        .thenApply(answer -> new ByteReader(answer).getByte() == 1);
    }

    private static ByteBuffer question(int shard, int node) {
        return ByteBuffer.allocate(QUESTION_BYTES).putInt(shard).putInt(node).flip();
    }
}
