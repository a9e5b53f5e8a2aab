package io.sluice.broker.cluster;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand.Confirm;
import io.sluice.broker.cluster.ClusterCommand.Found;
import io.sluice.broker.cluster.ClusterCommand.Register;
import io.sluice.broker.cluster.ClusterCommand.Report;
import io.sluice.common.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does on this node what the metadata says: opens shards that it shall keep and closes others, gives groups that it leads the members they
 * shall have, hands leadership to whoever shall have it, and tells the metadata what became of it. {@link #look} compares
 * what is with what shall be; whoever hears of a change of either calls it, and so does somebody every second.
 *
 * <p>Owner: one thread, which runs {@code look} and what is given to the executor.
 */
public final class ShardSteward {
    private static final Logger LOG = LoggerFactory.getLogger(ShardSteward.class);

    /** Between two hand-overs of this node, so that a node that comes back is not given everything at once. */
    static final long HAND_OVER_INTERVAL_MS = 2_000;

    private static final int HAND_OVER_DOUBLINGS_MAX = 5;

    /** So often somebody is asked to lead a group that this node shall not keep, before it goes without a successor. */
    private static final int SUCCESSORS_ASKED = 6;

    private static final HandOver NEVER = new HandOver(0, 0);

    private final Self self;
    private final Supplier<ClusterImage> cluster;
    private final KeptShards shards;
    private final Function<ClusterCommand, CompletableFuture<Result<Long>>> metadata;
    private final Executor executor;
    private final Clock clock;
    private final Set<Integer> changing = new HashSet<>();
    private final Set<Object> telling = new HashSet<>();
    private final Map<Integer, HandOver> handOvers = new HashMap<>();
    private final Map<Integer, Integer> successorsAsked = new HashMap<>();
    private final Set<Integer> asking = new HashSet<>();
    private HandOver last = NEVER;
    private volatile long followedVersion;

    /** How often in vain, and when last. */
    private record HandOver(int attempts, long atNs) {}

    /**
     * This node as it shall be registered.
     *
     * @param node with its addresses
     * @param replicationFactor for a cluster that it founds
     */
    public record Self(NodeRecord node, int replicationFactor) {
        int id() {
            return node.id();
        }
    }

    /** {@code executor} runs tasks on the owner's thread; {@code metadata} sends commands to whoever decides them. */
    public ShardSteward(
            Self self,
            Supplier<ClusterImage> cluster,
            KeptShards shards,
            Function<ClusterCommand, CompletableFuture<Result<Long>>> metadata,
            Executor executor,
            Clock clock) {
        this.self = self;
        this.cluster = cluster;
        this.shards = shards;
        this.metadata = metadata;
        this.executor = executor;
        this.clock = clock;
    }

    /** Compares and acts; owner's thread only. Opening a shard may block. */
    public void look() {
        ClusterImage image = cluster.get();
        if (!image.isFounded()) {
            found();
            return;
        }
        if (!image.node(self.id()).equals(Optional.of(self.node()))) {
            tell("registration", new Register(self.node()));
        }
        for (ShardRecord shard : image.shards().values()) {
            openOrClose(shard);
            Optional<KeptShards.Standing> leading = shards.standing(shard.id()).filter(KeptShards.Standing::isLeading);
            if (leading.isPresent()) {
                lead(image, shard, leading.get());
            } else {
                handOvers.remove(shard.id());
                successorsAsked.remove(shard.id());
            }
        }
        followedVersion = image.version();
    }

    /** The cluster whose shards were opened and closed here last. Any thread. */
    public long followedVersion() {
        return followedVersion;
    }

    private void found() {
        boolean isLeading = shards.standing(ClusterPlan.METADATA)
                .filter(KeptShards.Standing::isLeading)
                .isPresent();
        if (isLeading) {
            Map<Integer, List<Integer>> groups = new TreeMap<>();
            for (int shard : List.of(0, 1, 2)) {
                shards.standing(shard).ifPresent(standing -> groups.put(shard, standing.members()));
            }
            tell("foundation", new Found(self.node(), groups, self.replicationFactor()));
        }
    }

    private void openOrClose(ShardRecord shard) {
        boolean isKept = shard.replicas().contains(self.id()) || shard.members().contains(self.id());
        boolean isOpen = shards.standing(shard.id()).isPresent();
        if (isKept && !isOpen) {
            // A group that has others since then is no longer this node's to begin: they fill what is not there.
            boolean isFirst = shard.firstReplicas().contains(self.id())
                    && shard.firstReplicas().containsAll(shard.members());
            shards.open(shard.id(), shard.durability(), isFirst ? shard.firstReplicas() : List.of());
        } else if (!isKept && isOpen) {
            shards.close(shard.id());
        }
    }

    private void lead(ClusterImage image, ShardRecord shard, KeptShards.Standing standing) {
        if (standing.term() > shard.leaderTerm()) {
            tell("leader " + shard.id(), new Report(shard.id(), self.id(), standing.term()));
        }
        if (changing.contains(shard.id())) {
            return;
        }
        if (!standing.members().equals(shard.replicas())) {
            adjust(image, shard, standing);
        } else if (!shard.isSettled()) {
            tell("members " + shard.id(), new Confirm(shard.id(), standing.members()));
        } else {
            var unused = handOver(shard.id(), wantedLeader(image, shard));
        }
    }

    /** Who shall not keep a group any more lets somebody else lead it first: a group without a leader serves nobody. */
    private void adjust(ClusterImage image, ShardRecord shard, KeptShards.Standing standing) {
        int successor = shard.replicas().contains(self.id()) ? 0 : successor(image, shard, standing);
        if (successor == 0 || successorsAsked.getOrDefault(shard.id(), 0) >= SUCCESSORS_ASKED) {
            invite(image, shard, standing);
        } else if (handOver(shard.id(), successor)) {
            successorsAsked.merge(shard.id(), 1, Integer::sum);
        }
    }

    private int successor(ClusterImage image, ShardRecord shard, KeptShards.Standing standing) {
        return shard.replicas().stream()
                .filter(node -> standing.members().contains(node) && image.stage(node) == NodeStage.ACTIVE)
                .min(Comparator.<Integer, Boolean>comparing(node -> node != shard.preferredLeader())
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(0);
    }

    /**
     * A node that is to keep the shard again may not have heard yet that it was not to, and would delete what it has
     * promised by then. Of the metadata itself nobody hears before.
     */
    private void invite(ClusterImage image, ShardRecord shard, KeptShards.Standing standing) {
        List<Integer> added = shard.replicas().stream()
                .filter(node -> !standing.members().contains(node))
                .toList();
        if (added.isEmpty() || !ClusterPlan.holdsData(shard)) {
            changeMembers(shard);
            return;
        }
        changing.add(shard.id());
        var unused = shards.haveFollowed(added, image.version())
                .whenCompleteAsync(
                        (haveFollowed, failure) -> {
                            changing.remove(shard.id());
                            boolean isLeading = shards.standing(shard.id())
                                    .filter(KeptShards.Standing::isLeading)
                                    .isPresent();
                            if (failure == null && haveFollowed && isLeading) {
                                changeMembers(shard);
                            }
                        },
                        executor);
    }

    private void changeMembers(ShardRecord shard) {
        changing.add(shard.id());
        LOG.info("members of shard={} change from {} to {}", shard.id(), shard.members(), shard.replicas());
        var unused = shards.changeMembers(shard.id(), shard.replicas())
                .whenCompleteAsync(
                        (refusal, failure) -> {
                            changing.remove(shard.id());
                            if (failure != null) {
                                LOG.warn(
                                        "members of shard={} did not change, will be tried again", shard.id(), failure);
                            } else if (refusal.isPresent()) {
                                LOG.warn(
                                        "members of shard={} did not change, will be tried again: {}",
                                        shard.id(),
                                        refusal.get());
                            } else {
                                tell("members " + shard.id(), new Confirm(shard.id(), shard.replicas()));
                            }
                        },
                        executor);
    }

    /** Only to who is ready: one that starts or stops would give it away again, and meanwhile serves nobody. Whether it is asked. */
    private boolean handOver(int shard, int wanted) {
        if (wanted == self.id() || wanted == 0 || isTooSoon(shard) || !asking.add(shard)) {
            return false;
        }
        var unused = shards.isReadyToLead(shard, wanted)
                .whenCompleteAsync(
                        (isReady, failure) -> {
                            asking.remove(shard);
                            if (failure == null && isReady && !isTooSoon(shard)) {
                                handOverNow(shard, wanted);
                            }
                        },
                        executor);
        return true;
    }

    private void handOverNow(int shard, int wanted) {
        boolean isLeading =
                shards.standing(shard).filter(KeptShards.Standing::isLeading).isPresent();
        if (isLeading && shards.handLeadershipTo(shard, wanted)) {
            int attempts = handOvers.getOrDefault(shard, NEVER).attempts() + 1;
            last = new HandOver(attempts, clock.nanoTime());
            handOvers.put(shard, last);
            LOG.info("hands shard={} over to node={} attempt={}", shard, wanted, attempts);
        }
    }

    /** One after the other; and what did not work, each time later: while it is tried the group has no leader. */
    private boolean isTooSoon(int shard) {
        long nowNs = clock.nanoTime();
        HandOver own = handOvers.getOrDefault(shard, NEVER);
        long waitMs = HAND_OVER_INTERVAL_MS << Math.min(own.attempts(), HAND_OVER_DOUBLINGS_MAX);
        return isYounger(own, nowNs, waitMs) || isYounger(last, nowNs, HAND_OVER_INTERVAL_MS);
    }

    private static boolean isYounger(HandOver each, long nowNs, long ageMs) {
        return each.attempts() > 0 && nowNs - each.atNs() < TimeUnit.MILLISECONDS.toNanos(ageMs);
    }

    /** A node on its way out leads nothing, not even what anybody may lead. */
    private int wantedLeader(ClusterImage image, ShardRecord shard) {
        if (shard.preferredLeader() > 0) {
            return shard.members().contains(shard.preferredLeader()) ? shard.preferredLeader() : 0;
        }
        if (image.stage(self.id()) == NodeStage.ACTIVE) {
            return 0;
        }
        return shard.members().stream()
                .filter(node -> image.stage(node) == NodeStage.ACTIVE)
                .findFirst()
                .orElse(0);
    }

    /** Once at a time; whether it was heard shows at the next look. */
    private void tell(Object what, ClusterCommand command) {
        if (telling.add(what)) {
            var unused = metadata.apply(command)
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                telling.remove(what);
                                if (failure != null || !answer.isOk()) {
                                    LOG.info(
                                            "the metadata did not take {}, will be told again: {}",
                                            what,
                                            failure == null ? answer.message() : failure.getMessage());
                                }
                            },
                            executor);
        }
    }
}
