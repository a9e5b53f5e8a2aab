package io.sluice.server.control;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStanding;
import io.sluice.broker.cluster.ShardRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cluster at a moment in words: what the metadata says, and what the nodes say of themselves. Immutable.
 *
 * @param image as this node has it
 * @param standings of the nodes that answered, by id
 */
record ClusterStatus(ClusterImage image, Map<Integer, NodeStanding> standings) {
    private static final int METADATA = 0;

    /** Asks the nodes, which takes a second if one is away. */
    static ClusterStatus of(LocalBroker broker) {
        return new ClusterStatus(broker.clusterImage(), broker.standings().join());
    }

    /** Everything, for people. */
    List<String> lines(LocalBroker broker) {
        List<String> lines = new ArrayList<>();
        boolean canRise = image.commonLevel() > image.featureLevel();
        lines.add("cluster " + broker.clusterId() + ", feature level " + image.featureLevel()
                + (canRise ? " (all nodes know " + image.commonLevel() + ")" : "") + ", replication factor "
                + image.replicationFactor() + ", as node " + broker.nodeId() + " sees it");
        image.nodes().values().forEach(node -> lines.add(line(node)));
        image.shards().values().forEach(shard -> lines.add(line(shard)));
        left(List.of()).forEach(each -> lines.add("under way: " + each));
        PartitionMoving.lines(broker).forEach(each -> lines.add("under way: " + each));
        return lines;
    }

    private String line(NodeRecord node) {
        long keeps = image.dataShards().stream()
                .filter(shard -> shard.members().contains(node.id()))
                .count();
        String how = Optional.ofNullable(standings.get(node.id()))
                .map(standing -> standing.isServing() ? "up" : "starts or stops")
                .orElse("does not answer");
        return "node " + node.id() + ": " + how + ", "
                + image.stage(node.id()).name().toLowerCase(Locale.ROOT) + ", at " + node.host() + ":" + node.port()
                + node.rack().map(rack -> ", rack " + rack).orElse("") + ", keeps " + keeps + " shards, "
                + Optional.ofNullable(standings.get(node.id()))
                        .map(standing -> "leads " + ledBy(standing) + ", " + behind(node.id()) + " entries behind"
                                + repairs(node.id(), standing))
                        .orElse("leads nothing");
    }

    private String repairs(int node, NodeStanding standing) {
        return standing.shards().entrySet().stream()
                .filter(each -> each.getValue().isQuarantined())
                .map(each -> ", repairs shard " + each.getKey() + " (" + behind(node, each.getKey())
                        + " entries behind, no vote before)")
                .collect(Collectors.joining());
    }

    private static String ledBy(NodeStanding standing) {
        String led = standing.shards().entrySet().stream()
                .filter(each -> each.getValue().isLeading())
                .map(each -> each.getKey() == METADATA
                        ? "the metadata"
                        : each.getKey().toString())
                .collect(Collectors.joining(", "));
        return led.isEmpty() ? "nothing" : led;
    }

    private String line(ShardRecord shard) {
        return "shard " + shard.id() + (shard.id() == METADATA ? " (metadata)" : "") + ": "
                + leader(shard.id()).map(node -> "led by node " + node).orElse("without a leader") + ", on nodes "
                + shard.members() + groups(shard.id());
    }

    private String groups(int shard) {
        long count = image.slots().count(shard);
        return count == 0
                ? ""
                : ", coordinates " + count + " of " + image.slots().places().size() + " slots of groups";
    }

    /** Who says that it leads the shard. */
    private Optional<Integer> leader(int shard) {
        return standings.entrySet().stream()
                .filter(each -> each.getValue()
                        .shard(shard)
                        .filter(NodeStanding.Place::isLeading)
                        .isPresent())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Entries that the node has still to apply of what leaders have applied. */
    private long behind(int node) {
        return image.shards().values().stream()
                .filter(shard -> shard.members().contains(node))
                .mapToLong(shard -> behind(node, shard.id()))
                .sum();
    }

    private long behind(int node, int shard) {
        long newest = standings.values().stream()
                .flatMap(standing -> standing.shard(shard).stream())
                .mapToLong(NodeStanding.Place::appliedIndex)
                .max()
                .orElse(0);
        long own = applied(node, shard);
        return Math.max(0, newest - own);
    }

    private long applied(int node, int shard) {
        return Optional.ofNullable(standings.get(node))
                .flatMap(standing -> standing.shard(shard))
                .map(NodeStanding.Place::appliedIndex)
                .orElse(0L);
    }

    /**
     * For programs: a line {@code node ID up|starting|away leads SHARD,SHARD|- applied N behind N} for each node.
     */
    List<String> brief() {
        return image.nodes().keySet().stream().map(this::brief).toList();
    }

    private String brief(int node) {
        NodeStanding standing = standings.get(node);
        if (standing == null) {
            return "node " + node + " away leads - applied 0 behind 0";
        }
        String led = standing.shards().entrySet().stream()
                .filter(each -> each.getValue().isLeading())
                .map(each -> each.getKey().toString())
                .collect(Collectors.joining(","));
        long applied = standing.shards().values().stream()
                .mapToLong(NodeStanding.Place::appliedIndex)
                .sum();
        return "node " + node + (standing.isServing() ? " up" : " starting") + " leads " + (led.isEmpty() ? "-" : led)
                + " applied " + applied + " behind " + behind(node);
    }

    /** What is not as it shall be, and then what the plan has still to do. */
    List<String> left(List<String> planned) {
        List<String> left = new ArrayList<>();
        for (ShardRecord shard : image.shards().values()) {
            if (!shard.isSettled()) {
                left.add("shard " + shard.id() + " goes from nodes " + shard.members() + " to " + shard.replicas()
                        + arriving(shard));
            } else if (shard.preferredLeader() > 0
                    && !leader(shard.id()).equals(Optional.of(shard.preferredLeader()))) {
                left.add("shard " + shard.id() + " goes over to node " + shard.preferredLeader());
            }
        }
        left.addAll(planned);
        return left;
    }

    private String arriving(ShardRecord shard) {
        return shard.replicas().stream()
                .filter(node -> !shard.members().contains(node))
                .map(node -> ", node " + node
                        + (standings.containsKey(node)
                                ? " has " + applied(node, shard.id()) + " of "
                                        + (applied(node, shard.id()) + behind(node, shard.id())) + " entries"
                                : " does not answer"))
                .collect(Collectors.joining());
    }
}
