package io.sluice.broker.cluster;

import io.sluice.broker.cluster.ClusterEvent.NodeRemoved;
import io.sluice.broker.cluster.ClusterEvent.PreferredChosen;
import io.sluice.broker.cluster.ClusterEvent.ReplicasChosen;
import io.sluice.broker.cluster.ClusterEvent.ShardAdded;
import io.sluice.broker.cluster.ClusterEvent.SlotMoveBegun;
import io.sluice.replication.Durability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What should change next, so that every shard is kept by as many nodes as it should be, on different racks where there
 * are enough, and nodes keep and lead equally many. Pure; the first of these that applies:
 *
 * <ol>
 *   <li>a group that would take in a node which leaves takes it back;
 *   <li>all nodes that do not leave keep the metadata;
 *   <li>replicas go away from nodes that drain or leave;
 *   <li>shards with too few replicas get more;
 *   <li>there are as many shards as nodes, and as many as are wanted at least;
 *   <li>replicas go where they improve the mix of racks, then to nodes that have fewer;
 *   <li>the metadata goes away from nodes that leave and keep nothing else: before, they would not hear what to give away;
 *   <li>every shard has a node that shall lead it, and those are balanced;
 *   <li>nodes that leave and have nothing more are removed;
 *   <li>slots of groups are spread over all shards, one after the other.
 * </ol>
 *
 * <p>Groups change one at a time: while one is not what it should be, nothing is chosen for another.
 */
final class ClusterPlan {
    static final int METADATA = 0;

    private final ClusterImage image;
    private final int shardsLeast;
    private final int nextShardId;
    private final List<Integer> active;

    private ClusterPlan(ClusterImage image, int shardsLeast, int nextShardId) {
        this.image = image;
        this.shardsLeast = shardsLeast;
        this.nextShardId = nextShardId;
        this.active = image.nodes().keySet().stream()
                .filter(node -> image.stage(node) == NodeStage.ACTIVE)
                .toList();
    }

    /** Whether the shard takes records. */
    static boolean holdsData(ShardRecord shard) {
        return shard.id() != METADATA;
    }

    static Optional<ClusterEvent> next(ClusterImage image, int shardsLeast, int nextShardId) {
        return new ClusterPlan(image, shardsLeast, nextShardId).next();
    }

    private Optional<ClusterEvent> next() {
        Optional<ClusterEvent> takenBack = takeBack();
        if (takenBack.isPresent()) {
            return takenBack;
        }
        boolean isSettled = image.shards().values().stream().allMatch(ShardRecord::isSettled);
        Stream<Supplier<Optional<ClusterEvent>>> changes = Stream.of(
                this::extendMetadata,
                this::vacate,
                this::replicate,
                this::addShard,
                this::mixRacks,
                this::evenReplicas,
                this::reduceMetadata);
        Stream<Supplier<Optional<ClusterEvent>>> others =
                Stream.of(this::preferSomebody, this::evenLeaders, this::remove);
        Stream<Supplier<Optional<ClusterEvent>>> last = Stream.of(this::spreadSlots);
        return (isSettled ? Stream.concat(Stream.concat(changes, others), last) : others)
                .flatMap(rule -> rule.get().stream())
                .findFirst();
    }

    private Optional<ClusterEvent> takeBack() {
        return image.shards().values().stream()
                .filter(shard -> shard.replicas().stream()
                        .anyMatch(node -> !shard.members().contains(node) && isLeaving(node)))
                .findFirst()
                .map(shard -> new ReplicasChosen(shard.id(), takenBack(shard)));
    }

    /** Where only the one who leaves was to keep it, those who have it keep it until there is somebody else. */
    private List<Integer> takenBack(ShardRecord shard) {
        List<Integer> rest = shard.replicas().stream()
                .filter(node -> shard.members().contains(node) || !isLeaving(node))
                .toList();
        return rest.isEmpty() ? shard.members() : rest;
    }

    /** A member that drains stays one. */
    private Optional<ClusterEvent> extendMetadata() {
        ShardRecord metadata = image.shards().get(METADATA);
        if (metadata == null) {
            return Optional.empty();
        }
        return image.nodes().keySet().stream()
                .filter(node -> !isLeaving(node) && !metadata.replicas().contains(node))
                .findFirst()
                .map(node -> new ReplicasChosen(METADATA, with(metadata.replicas(), node)));
    }

    private Optional<ClusterEvent> reduceMetadata() {
        ShardRecord metadata = image.shards().get(METADATA);
        if (metadata == null || metadata.replicas().size() < 2) {
            return Optional.empty();
        }
        return metadata.replicas().stream()
                .filter(node -> isLeaving(node)
                        && image.dataShards().stream()
                                .noneMatch(shard -> shard.replicas().contains(node)))
                .findFirst()
                .map(node -> new ReplicasChosen(METADATA, without(metadata.replicas(), node)));
    }

    private Optional<ClusterEvent> vacate() {
        return image.dataShards().stream()
                .flatMap(shard -> shard.replicas().stream()
                        .filter(node -> !active.contains(node))
                        .flatMap(node -> vacate(shard, node).stream()))
                .findFirst();
    }

    /** Somebody else instead; nobody, if the node leaves and others have the shard. */
    private Optional<ClusterEvent> vacate(ShardRecord shard, int node) {
        List<Integer> rest = without(shard.replicas(), node);
        Optional<Integer> substitute = best(rest);
        if (substitute.isPresent()) {
            return Optional.of(new ReplicasChosen(shard.id(), with(rest, substitute.get())));
        }
        return isLeaving(node) && !rest.isEmpty()
                ? Optional.of(new ReplicasChosen(shard.id(), rest))
                : Optional.empty();
    }

    private Optional<ClusterEvent> replicate() {
        for (ShardRecord shard : image.dataShards()) {
            if (shard.replicas().size() < image.replicationFactor()) {
                Optional<Integer> added = best(shard.replicas());
                if (added.isPresent()) {
                    return Optional.of(new ReplicasChosen(shard.id(), with(shard.replicas(), added.get())));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<ClusterEvent> addShard() {
        long count = image.dataShards().stream()
                .filter(shard -> shard.durability() == Durability.FSYNC)
                .count();
        if (active.isEmpty() || count >= Math.max(active.size(), shardsLeast)) {
            return Optional.empty();
        }
        List<Integer> replicas = new ArrayList<>();
        Optional<Integer> chosen = best(replicas);
        while (chosen.isPresent() && replicas.size() < image.replicationFactor()) {
            replicas.add(chosen.get());
            chosen = best(replicas);
        }
        return Optional.of(new ShardAdded(nextShardId, Durability.FSYNC, replicas, leastLeading(replicas)));
    }

    private Optional<ClusterEvent> mixRacks() {
        for (ShardRecord shard : image.dataShards()) {
            for (int node : shard.replicas()) {
                List<Integer> rest = without(shard.replicas(), node);
                Optional<Integer> other = best(rest);
                if (other.isPresent() && racks(with(rest, other.get())) > racks(shard.replicas())) {
                    return Optional.of(new ReplicasChosen(shard.id(), with(rest, other.get())));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<ClusterEvent> evenReplicas() {
        Map<Integer, Integer> loads = loads();
        return image.dataShards().stream()
                .flatMap(shard -> shard.replicas().stream().flatMap(from -> lighten(shard, from, loads)))
                .findFirst();
    }

    private Stream<ClusterEvent> lighten(ShardRecord shard, int from, Map<Integer, Integer> loads) {
        List<Integer> rest = without(shard.replicas(), from);
        return active.stream()
                .filter(to -> loads.getOrDefault(to, 0) + 1 < loads.getOrDefault(from, 0))
                .filter(to -> !rest.contains(to) && racks(with(rest, to)) >= racks(shard.replicas()))
                .map(to -> new ReplicasChosen(shard.id(), with(rest, to)));
    }

    private Optional<ClusterEvent> preferSomebody() {
        for (ShardRecord shard : image.dataShards()) {
            List<Integer> able = able(shard);
            if (!able.isEmpty() && !able.contains(shard.preferredLeader())) {
                return Optional.of(new PreferredChosen(shard.id(), leastLeading(able)));
            }
        }
        return Optional.empty();
    }

    private Optional<ClusterEvent> evenLeaders() {
        Map<Integer, Integer> leading = leading();
        for (ShardRecord shard : image.dataShards()) {
            List<Integer> able = able(shard);
            if (able.isEmpty()) {
                continue;
            }
            int least = leastLeading(able);
            if (leading.getOrDefault(least, 0) + 1 < leading.getOrDefault(shard.preferredLeader(), 0)) {
                return Optional.of(new PreferredChosen(shard.id(), least));
            }
        }
        return Optional.empty();
    }

    private Optional<ClusterEvent> remove() {
        return image.nodes().keySet().stream()
                .filter(node -> isLeaving(node)
                        && image.shards().values().stream()
                                .noneMatch(shard -> shard.replicas().contains(node)
                                        || shard.members().contains(node)))
                .findFirst()
                .map(NodeRemoved::new);
    }

    private Optional<ClusterEvent> spreadSlots() {
        SlotTable slots = image.slots();
        List<Integer> shards = image.dataShards().stream()
                .filter(shard -> shard.durability() == Durability.FSYNC && shard.leader() > 0)
                .map(ShardRecord::id)
                .toList();
        if (image.featureLevel() < NodeRecord.LEVEL_OF_SLOTS || slots.moving().isPresent() || shards.isEmpty()) {
            return Optional.empty();
        }
        int most = Collections.max(shards, Comparator.comparingLong(slots::count));
        int least = Collections.min(shards, Comparator.comparingLong(slots::count));
        return slots.count(most) - slots.count(least) < 2
                ? Optional.empty()
                : IntStream.range(0, slots.places().size())
                        .filter(slot -> slots.place(slot).shard() == most
                                && !slots.staying().contains(slot))
                        .boxed()
                        .findFirst()
                        .map(slot -> new SlotMoveBegun(slot, least));
    }

    private boolean isLeaving(int node) {
        return image.stage(node) == NodeStage.LEAVING;
    }

    /** Nodes that can lead it now and shall go on doing so. */
    private List<Integer> able(ShardRecord shard) {
        return shard.replicas().stream()
                .filter(node -> shard.members().contains(node) && active.contains(node))
                .toList();
    }

    /** The node to keep a shard together with these: on another rack, then with the fewest replicas. */
    private Optional<Integer> best(List<Integer> together) {
        Map<Integer, Integer> loads = loads();
        return active.stream()
                .filter(node -> !together.contains(node))
                .min(Comparator.<Integer>comparingLong(node -> sharingRack(node, together))
                        .thenComparing(node -> loads.getOrDefault(node, 0))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private long sharingRack(int node, List<Integer> others) {
        return others.stream().filter(other -> rack(other).equals(rack(node))).count();
    }

    private int racks(List<Integer> replicas) {
        Set<String> racks = new HashSet<>();
        replicas.forEach(node -> racks.add(rack(node)));
        return racks.size();
    }

    /** A node that does not say shares its rack with nobody. */
    private String rack(int node) {
        return image.node(node)
                .flatMap(NodeRecord::rack)
                .map(name -> "r" + name)
                .orElse("n" + node);
    }

    private Map<Integer, Integer> loads() {
        Map<Integer, Integer> loads = new TreeMap<>();
        image.dataShards().forEach(shard -> shard.replicas().forEach(node -> loads.merge(node, 1, Integer::sum)));
        return loads;
    }

    private Map<Integer, Integer> leading() {
        Map<Integer, Integer> leading = new TreeMap<>();
        image.dataShards().forEach(shard -> leading.merge(shard.preferredLeader(), 1, Integer::sum));
        return leading;
    }

    private int leastLeading(List<Integer> candidates) {
        Map<Integer, Integer> leading = leading();
        return candidates.stream()
                .min(Comparator.<Integer>comparingInt(node -> leading.getOrDefault(node, 0))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(0);
    }

    private static List<Integer> with(List<Integer> nodes, int added) {
        return Stream.concat(nodes.stream(), Stream.of(added)).sorted().toList();
    }

    private static List<Integer> without(List<Integer> nodes, int removed) {
        return nodes.stream().filter(node -> node != removed).toList();
    }
}
