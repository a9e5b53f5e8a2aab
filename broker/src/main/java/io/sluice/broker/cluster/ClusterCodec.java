package io.sluice.broker.cluster;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.cluster.ClusterEvent.ClusterFounded;
import io.sluice.broker.cluster.ClusterEvent.FeatureLevelRaised;
import io.sluice.broker.cluster.ClusterEvent.LeaderReported;
import io.sluice.broker.cluster.ClusterEvent.MembersConfirmed;
import io.sluice.broker.cluster.ClusterEvent.NodeRegistered;
import io.sluice.broker.cluster.ClusterEvent.NodeRemoved;
import io.sluice.broker.cluster.ClusterEvent.PreferredChosen;
import io.sluice.broker.cluster.ClusterEvent.ReplicasChosen;
import io.sluice.broker.cluster.ClusterEvent.ShardAdded;
import io.sluice.broker.cluster.ClusterEvent.SlotMoveBegun;
import io.sluice.broker.cluster.ClusterEvent.SlotMoveTakenBack;
import io.sluice.broker.cluster.ClusterEvent.SlotMoved;
import io.sluice.broker.cluster.ClusterEvent.StageChanged;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import io.sluice.replication.Durability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Events, nodes and shards to bytes and back; the layout stands in the package's description. */
final class ClusterCodec {
    private static final int CLUSTER_FOUNDED = 1;
    private static final int NODE_REGISTERED = 2;
    private static final int STAGE_CHANGED = 3;
    private static final int NODE_REMOVED = 4;
    private static final int SHARD_ADDED = 5;
    private static final int REPLICAS_CHOSEN = 6;
    private static final int MEMBERS_CONFIRMED = 7;
    private static final int PREFERRED_CHOSEN = 8;
    private static final int LEADER_REPORTED = 9;
    private static final int FEATURE_LEVEL_RAISED = 10;
    private static final int SLOT_MOVE_BEGUN = 11;
    private static final int SLOT_MOVED = 12;
    private static final int SLOT_MOVE_TAKEN_BACK = 13;
    private static final int ENDPOINT_BYTES_LEAST = 12;

    private ClusterCodec() {}

    static ByteBuffer encode(ClusterEvent event) {
        ByteWriter out = new ByteWriter();
        switch (event) {
            case ClusterFounded founded ->
                out.putByte(CLUSTER_FOUNDED).putInt(founded.replicationFactor()).putInt(founded.featureLevel());
            case NodeRegistered registered -> putNode(out.putByte(NODE_REGISTERED), registered.node());
            case StageChanged changed -> putStage(out.putByte(STAGE_CHANGED).putInt(changed.nodeId()), changed.stage());
            case NodeRemoved removed -> out.putByte(NODE_REMOVED).putInt(removed.nodeId());
            case ShardAdded added -> {
                out.putByte(SHARD_ADDED).putInt(added.shardId()).putDurability(added.durability());
                putNodes(out, added.replicas()).putInt(added.preferredLeader());
            }
            case ReplicasChosen chosen ->
                putNodes(out.putByte(REPLICAS_CHOSEN).putInt(chosen.shardId()), chosen.replicas());
            case MembersConfirmed confirmed ->
                putNodes(out.putByte(MEMBERS_CONFIRMED).putInt(confirmed.shardId()), confirmed.members());
            case PreferredChosen chosen ->
                out.putByte(PREFERRED_CHOSEN).putInt(chosen.shardId()).putInt(chosen.nodeId());
            case LeaderReported reported ->
                out.putByte(LEADER_REPORTED)
                        .putInt(reported.shardId())
                        .putInt(reported.nodeId())
                        .putLong(reported.term());
            case FeatureLevelRaised raised -> out.putByte(FEATURE_LEVEL_RAISED).putInt(raised.level());
            case SlotMoveBegun begun ->
                out.putByte(SLOT_MOVE_BEGUN).putInt(begun.slot()).putInt(begun.to());
            case SlotMoved _ -> out.putByte(SLOT_MOVED);
            case SlotMoveTakenBack _ -> out.putByte(SLOT_MOVE_TAKEN_BACK);
        }
        return out.toBuffer();
    }

    static ClusterEvent decode(ByteBuffer event) {
        ByteReader in = new ByteReader(event);
        int type = in.getByte();
        return switch (type) {
            case CLUSTER_FOUNDED -> new ClusterFounded(in.getInt(), in.getInt());
            case NODE_REGISTERED -> new NodeRegistered(getNode(in));
            case STAGE_CHANGED -> new StageChanged(in.getInt(), getStage(in));
            case NODE_REMOVED -> new NodeRemoved(in.getInt());
            case SHARD_ADDED -> new ShardAdded(in.getInt(), in.getDurability(), getNodes(in), in.getInt());
            case REPLICAS_CHOSEN -> new ReplicasChosen(in.getInt(), getNodes(in));
            case MEMBERS_CONFIRMED -> new MembersConfirmed(in.getInt(), getNodes(in));
            case PREFERRED_CHOSEN -> new PreferredChosen(in.getInt(), in.getInt());
            case LEADER_REPORTED -> new LeaderReported(in.getInt(), in.getInt(), in.getLong());
            case FEATURE_LEVEL_RAISED -> new FeatureLevelRaised(in.getInt());
            case SLOT_MOVE_BEGUN -> new SlotMoveBegun(SlotTable.slot(in), in.getInt());
            case SLOT_MOVED -> new SlotMoved();
            case SLOT_MOVE_TAKEN_BACK -> new SlotMoveTakenBack();
            default -> throw new BrokenInvariantException("cluster event of unknown type " + type);
        };
    }

    static void putNode(ByteWriter out, NodeRecord node) {
        out.putInt(node.id()).putText(node.host()).putInt(node.port()).putOptionalText(node.rack());
        out.putInt(node.endpoints().size());
        node.sortedEndpoints()
                .forEach((listener, endpoint) ->
                        out.putText(listener).putText(endpoint.host()).putInt(endpoint.port()));
        out.putInt(node.featureLevelLeast()).putInt(node.featureLevelMost());
    }

    static NodeRecord getNode(ByteReader in) {
        int id = in.getInt();
        String host = in.getText();
        int port = in.getInt();
        Optional<String> rack = in.getOptionalText();
        int count = in.getCount(ENDPOINT_BYTES_LEAST);
        check(count <= NodeRecord.ENDPOINTS_MAX, "node %s has %s endpoints", id, count);
        Map<String, NodeInfo.Endpoint> endpoints = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String listener = in.getText();
            endpoints.put(listener, new NodeInfo.Endpoint(in.getText(), in.getInt()));
        }
        return new NodeRecord(id, host, port, rack, endpoints, in.getInt(), in.getInt());
    }

    static void putShard(ByteWriter out, ShardRecord shard) {
        out.putInt(shard.id()).putDurability(shard.durability());
        putNodes(out, shard.firstReplicas());
        putNodes(out, shard.replicas());
        putNodes(out, shard.members());
        out.putInt(shard.preferredLeader()).putInt(shard.leader()).putLong(shard.leaderTerm());
    }

    static ShardRecord getShard(ByteReader in) {
        int id = in.getInt();
        Durability durability = in.getDurability();
        List<Integer> firstReplicas = getNodes(in);
        List<Integer> replicas = getNodes(in);
        List<Integer> members = getNodes(in);
        return new ShardRecord(
                id, durability, firstReplicas, replicas, members, in.getInt(), in.getInt(), in.getLong());
    }

    static void putStage(ByteWriter out, NodeStage stage) {
        out.putByte(
                switch (stage) {
                    case ACTIVE -> 0;
                    case DRAINING -> 1;
                    case LEAVING -> 2;
                });
    }

    static NodeStage getStage(ByteReader in) {
        int code = in.getByte();
        return switch (code) {
            case 0 -> NodeStage.ACTIVE;
            case 1 -> NodeStage.DRAINING;
            case 2 -> NodeStage.LEAVING;
            default -> throw new BrokenInvariantException("stage of unknown code " + code);
        };
    }

    static ByteWriter putNodes(ByteWriter out, List<Integer> nodes) {
        out.putInt(nodes.size());
        nodes.forEach(out::putInt);
        return out;
    }

    static List<Integer> getNodes(ByteReader in) {
        int count = in.getCount(Integer.BYTES);
        List<Integer> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(in.getInt());
        }
        return nodes;
    }
}
