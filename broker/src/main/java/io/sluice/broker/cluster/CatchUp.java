package io.sluice.broker.cluster;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

/**
 * Which shards have caught up since the start: the node leads them, or has applied what their leader had when it was asked
 * first. Once caught up, for ever. Owner: the steward's thread; any thread asks {@link #isDone} and {@link #once}.
 */
public final class CatchUp {
    private final KeptShards shards;
    private final IntFunction<CompletableFuture<NodeStanding>> asking;
    private final Executor executor;
    private final Map<Integer, Long> wanted = new HashMap<>();
    private final Set<Integer> asked = new HashSet<>();
    private final Map<Integer, CompletableFuture<Void>> caughtUp = new ConcurrentHashMap<>();

    /** {@code asking} asks a node how it stands; {@code executor} runs tasks on the owner's thread. */
    public CatchUp(KeptShards shards, IntFunction<CompletableFuture<NodeStanding>> asking, Executor executor) {
        this.shards = shards;
        this.asking = asking;
        this.executor = executor;
    }

    /** Looks at the shards that this node keeps; owner's thread. */
    public void look(Collection<Integer> kept) {
        for (int shard : kept) {
            if (!isDone(shard)) {
                shards.standing(shard).ifPresent(standing -> look(shard, standing));
            }
        }
    }

    private void look(int shard, KeptShards.Standing standing) {
        Long enough = wanted.get(shard);
        if (standing.isLeading() || (enough != null && standing.appliedIndex() >= enough)) {
            boolean unused = once(shard).complete(null);
        } else if (enough == null && standing.leaderId() > 0 && asked.add(shard)) {
            var unused = asking.apply(standing.leaderId())
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                asked.remove(shard);
                                if (failure == null) {
                                    heard(shard, answer);
                                }
                            },
                            executor);
        }
    }

    private void heard(int shard, NodeStanding leader) {
        leader.shard(shard).filter(NodeStanding.Place::isLeading).ifPresent(place -> {
            wanted.put(shard, place.appliedIndex());
            shards.standing(shard).ifPresent(standing -> look(shard, standing));
        });
    }

    /** The shard is closed here; should it come back it must catch up anew. Owner's thread. */
    public void forget(int shard) {
        caughtUp.remove(shard);
        wanted.remove(shard);
    }

    /** Whether the shard has caught up. */
    public boolean isDone(int shard) {
        return once(shard).isDone();
    }

    /** Complete when the shard has caught up, on the owner's thread; for one that is forgotten before, never. */
    public CompletableFuture<Void> once(int shard) {
        return caughtUp.computeIfAbsent(shard, unknown -> new CompletableFuture<>());
    }
}
