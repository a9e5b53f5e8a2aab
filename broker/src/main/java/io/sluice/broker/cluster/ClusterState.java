package io.sluice.broker.cluster;

import static io.sluice.common.Check.check;

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
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Nodes and shards of the cluster. Changed by {@link ClusterCommand}s and, on the node that leads shard 0, by time: one
 * step of {@link ClusterPlan} after the other, so that only one group changes its members at a time. A state machine of
 * shard 0. Owner: shard 0's apply thread; any thread reads {@link #image}.
 *
 * <pre>
 *   (nothing) ──founded──► shards settled ──replicas chosen──► a group changes ──members confirmed──► shards settled
 * </pre>
 */
public final class ClusterState implements StateMachine {
    private static final int WITHOUT_SLOTS = 1;
    private static final int FORMAT = 2;
    private static final int FIRST_NEW_SHARD = 4;
    private static final int NODE_BYTES_LEAST = 26;
    private static final int SHARD_BYTES_LEAST = 33;

    /** In shard time, between two steps. */
    static final long STEP_INTERVAL_MS = 200;

    private final int shardsLeast;
    private final TreeMap<Integer, NodeRecord> nodes = new TreeMap<>();
    private final TreeMap<Integer, NodeStage> stages = new TreeMap<>();
    private final TreeMap<Integer, ShardRecord> shards = new TreeMap<>();
    private final CopyOnWriteArrayList<Consumer<ClusterImage>> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterImage image = ClusterImage.NONE;
    private long version;
    private int replicationFactor = 1;
    private int featureLevel;
    private int nextShardId = FIRST_NEW_SHARD;
    private SlotTable slots = SlotTable.FIRST;
    private long nextStepMs;
    private long plannedVersion = -1;
    private Optional<ClusterEvent> planned = Optional.empty();

    /**
     * Empty: a broker alone. While this node decides, there are so many shards of records at least; it is no part of the state, so
     * nodes may be told different numbers, of which the greatest that ever led counts.
     */
    public ClusterState(int shardsLeast) {
        this.shardsLeast = shardsLeast;
    }

    @Override
    public int id() {
        return 5;
    }

    @Override
    public String name() {
        return "cluster";
    }

    /** What is committed. Any thread. */
    public ClusterImage image() {
        return image;
    }

    /** Hears of every committed change, on the apply thread: it hands over only. */
    public void addListener(Consumer<ClusterImage> listener) {
        listeners.add(listener);
    }

    /** What is decided, committed or not. Apply thread only. */
    ClusterImage current() {
        return new ClusterImage(version, replicationFactor, featureLevel, nodes, stages, shards, slots);
    }

    int shardsLeast() {
        return shardsLeast;
    }

    int nextShardId() {
        return nextShardId;
    }

    void emit(Decision decision, ClusterEvent event) {
        decision.emit(ClusterCodec.encode(event));
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        long versionBefore = version;
        version++;
        undo.add(() -> version = versionBefore);
        switch (ClusterCodec.decode(event)) {
            case ClusterFounded founded -> found(founded, undo);
            case NodeRegistered registered -> undo.put(nodes, registered.node().id(), registered.node());
            case StageChanged changed -> changeStage(changed, undo);
            case NodeRemoved removed -> {
                undo.put(nodes, removed.nodeId(), null);
                undo.put(stages, removed.nodeId(), null);
            }
            case ShardAdded added -> add(added, undo);
            case ReplicasChosen chosen -> replace(known(chosen.shardId()).withReplicas(chosen.replicas()), undo);
            case MembersConfirmed confirmed ->
                replace(known(confirmed.shardId()).withMembers(confirmed.members()), undo);
            case PreferredChosen chosen -> replace(known(chosen.shardId()).withPreferredLeader(chosen.nodeId()), undo);
            case LeaderReported reported ->
                replace(known(reported.shardId()).withLeader(reported.nodeId(), reported.term()), undo);
            case FeatureLevelRaised raised -> raise(raised.level(), undo);
            case SlotMoveBegun begun -> place(slots.begin(begun.slot(), begun.to(), version), undo);
            case SlotMoved _ -> place(slots.moved(), undo);
            case SlotMoveTakenBack _ -> place(slots.takenBack(), undo);
        }
    }

    private void found(ClusterFounded founded, UndoLog undo) {
        int factorBefore = replicationFactor;
        replicationFactor = founded.replicationFactor();
        undo.add(() -> replicationFactor = factorBefore);
        raise(founded.featureLevel(), undo);
    }

    private void raise(int level, UndoLog undo) {
        int before = featureLevel;
        featureLevel = level;
        undo.add(() -> featureLevel = before);
    }

    private void place(SlotTable changed, UndoLog undo) {
        SlotTable before = slots;
        slots = changed;
        undo.add(() -> slots = before);
    }

    /** Active nodes have no entry. */
    private void changeStage(StageChanged changed, UndoLog undo) {
        NodeStage stage = changed.stage();
        undo.put(stages, changed.nodeId(), stage == NodeStage.ACTIVE ? null : stage);
    }

    private void add(ShardAdded added, UndoLog undo) {
        ShardRecord fresh =
                ShardRecord.fresh(added.shardId(), added.durability(), added.replicas(), added.preferredLeader());
        check(!shards.containsKey(fresh.id()), "shard %s is added twice", fresh.id());
        undo.put(shards, fresh.id(), fresh);
        int before = nextShardId;
        nextShardId = Math.max(nextShardId, fresh.id() + 1);
        undo.add(() -> nextShardId = before);
        place(slots.askAgain(), undo);
    }

    private ShardRecord known(int shardId) {
        ShardRecord known = shards.get(shardId);
        check(known != null, "shard %s is not known", shardId);
        return known;
    }

    private void replace(ShardRecord changed, UndoLog undo) {
        undo.put(shards, changed.id(), changed);
    }

    @Override
    public void published() {
        ClusterImage committed = current();
        image = committed;
        listeners.forEach(listener -> listener.accept(committed));
    }

    @Override
    public void leaderStarted(long nowMs) {
        nextStepMs = nowMs + STEP_INTERVAL_MS;
    }

    @Override
    public long nextDeadlineMs() {
        return step().isPresent() ? nextStepMs : Long.MAX_VALUE;
    }

    @Override
    public void deadlinePassed(Decision decision, long nowMs) {
        step().ifPresent(event -> emit(decision, event));
        nextStepMs = nowMs + STEP_INTERVAL_MS;
    }

    /** Looked for once after each change. */
    private Optional<ClusterEvent> step() {
        if (plannedVersion != version) {
            plannedVersion = version;
            planned = featureLevel == 0 ? Optional.empty() : ClusterPlan.next(current(), shardsLeast, nextShardId);
        }
        return planned;
    }

    @Override
    public ByteBuffer snapshot() {
        ByteWriter out = new ByteWriter();
        // The newest format only where it says more: an earlier version reads the other.
        boolean hasMoved = !slots.equals(SlotTable.FIRST);
        out.putByte(hasMoved ? FORMAT : WITHOUT_SLOTS)
                .putLong(version)
                .putInt(replicationFactor)
                .putInt(featureLevel);
        out.putInt(nextShardId).putInt(nodes.size());
        for (NodeRecord node : nodes.values()) {
            ClusterCodec.putNode(out, node);
            ClusterCodec.putStage(out, stages.getOrDefault(node.id(), NodeStage.ACTIVE));
        }
        out.putInt(shards.size());
        shards.values().forEach(shard -> ClusterCodec.putShard(out, shard));
        if (hasMoved) {
            slots.write(out);
        }
        return out.toBuffer();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader in = new ByteReader(snapshot);
        int format = in.getByte();
        check(
                format >= WITHOUT_SLOTS && format <= FORMAT,
                "snapshot of the cluster of format %s, this version knows up to %s",
                format,
                FORMAT);
        nodes.clear();
        stages.clear();
        shards.clear();
        version = in.getLong();
        replicationFactor = in.getInt();
        featureLevel = in.getInt();
        nextShardId = in.getInt();
        for (int left = in.getCount(NODE_BYTES_LEAST); left > 0; left--) {
            NodeRecord node = ClusterCodec.getNode(in);
            NodeStage stage = ClusterCodec.getStage(in);
            nodes.put(node.id(), node);
            if (stage != NodeStage.ACTIVE) {
                stages.put(node.id(), stage);
            }
        }
        for (int left = in.getCount(SHARD_BYTES_LEAST); left > 0; left--) {
            ShardRecord shard = ClusterCodec.getShard(in);
            shards.put(shard.id(), shard);
        }
        slots = format == FORMAT ? SlotTable.read(in) : SlotTable.FIRST;
        plannedVersion = -1;
    }
}
