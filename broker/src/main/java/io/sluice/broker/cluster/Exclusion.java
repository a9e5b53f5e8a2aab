package io.sluice.broker.cluster;

import io.sluice.common.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that the others have removed this node. Nobody tells who is no member any more, so it asks when that is to be
 * expected, or when nobody has led the metadata for a while; the node that leads it knows. Owner: the steward's thread.
 */
public final class Exclusion {
    /** A metadata group is without a leader for so long when a node that leads it dies and some more. */
    static final long SILENCE_MS = 5_000;

    static final long ASK_INTERVAL_MS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(Exclusion.class);

    private final int nodeId;
    private final KeptShards shards;
    private final Function<Collection<Integer>, CompletableFuture<Map<Integer, NodeStanding>>> asking;
    private final Executor executor;
    private final Clock clock;
    private Runnable listener = () -> {};
    private long heardNs;
    private long nextAskNs;
    private boolean isCertain;

    /** {@code asking} asks nodes how they stand; {@code executor} runs tasks on the owner's thread. */
    public Exclusion(
            int nodeId,
            KeptShards shards,
            Function<Collection<Integer>, CompletableFuture<Map<Integer, NodeStanding>>> asking,
            Executor executor,
            Clock clock) {
        this.nodeId = nodeId;
        this.shards = shards;
        this.asking = asking;
        this.executor = executor;
        this.clock = clock;
        heardNs = clock.nanoTime();
        nextAskNs = heardNs;
    }

    /** Runs the task once, on the owner's thread, when this node is no member any more. Before the first look. */
    public void whenCertain(Runnable task) {
        listener = task;
    }

    /** Asks if that is due; owner's thread. */
    public void look(ClusterImage image) {
        long nowNs = clock.nanoTime();
        boolean hasLeader = shards.standing(ClusterPlan.METADATA)
                .filter(standing -> standing.leaderId() > 0)
                .isPresent();
        if (hasLeader) {
            heardNs = nowNs;
        }
        boolean isSilent = nowNs - heardNs >= TimeUnit.MILLISECONDS.toNanos(SILENCE_MS);
        if (isCertain || !image.isFounded() || nowNs < nextAskNs || !(isSilent || isExpected(image))) {
            return;
        }
        nextAskNs = nowNs + TimeUnit.MILLISECONDS.toNanos(ASK_INTERVAL_MS);
        List<Integer> others =
                image.nodes().keySet().stream().filter(node -> node != nodeId).toList();
        var unused = asking.apply(others)
                .whenCompleteAsync(
                        (answers, failure) -> {
                            if (failure == null && answers.values().stream().anyMatch(Exclusion::isRefusal)) {
                                becomeCertain();
                            }
                        },
                        executor);
    }

    private boolean isExpected(ClusterImage image) {
        boolean shallDecide = image.shard(ClusterPlan.METADATA)
                .filter(metadata -> metadata.replicas().contains(nodeId))
                .isPresent();
        return image.node(nodeId).isEmpty() || (image.stage(nodeId) == NodeStage.LEAVING && !shallDecide);
    }

    private static boolean isRefusal(NodeStanding answer) {
        return !answer.knowsAsker()
                && answer.shard(ClusterPlan.METADATA)
                        .filter(NodeStanding.Place::isLeading)
                        .isPresent();
    }

    private void becomeCertain() {
        if (!isCertain) {
            isCertain = true;
            LOG.warn("node={} is no member of the cluster any more", nodeId);
            listener.run();
        }
    }
}
