package io.sluice.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Found;
import io.sluice.broker.cluster.ClusterCommand.Join;
import io.sluice.broker.cluster.ClusterCommand.RaiseLevel;
import io.sluice.broker.cluster.ClusterCommand.Register;
import io.sluice.broker.cluster.ClusterCommand.Report;
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
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ClusterStateTest {
    @Property(tries = 200)
    void batchesThatCommitStandAndOthersLeaveNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        ClusterState state = new ClusterState(1);
        for (int batch = 0; batch < 30; batch++) {
            ByteBuffer before = state.snapshot();
            Deque<Runnable> undo = new ArrayDeque<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                state.apply(ClusterCodec.encode(anyEvent(random, state)), undo::push);
            }
            if (random.nextBoolean()) {
                undo.forEach(Runnable::run);
                assertThat(state.snapshot()).isEqualTo(before);
            }
        }
    }

    @Property(tries = 100)
    void aSnapshotRestoresEverythingAndReplacesWhatWasThere(@ForAll long seed) {
        Random random = new Random(seed);
        ClusterState state = new ClusterState(1);
        ClusterState other = new ClusterState(1);
        for (int i = 0; i < 40; i++) {
            state.apply(ClusterCodec.encode(anyEvent(random, state)), UndoLog.NONE);
            if (random.nextInt(10) == 0) {
                other.restore(state.snapshot());
                assertThat(other.current()).isEqualTo(state.current());
                assertThat(other.nextShardId()).isEqualTo(state.nextShardId());
            }
        }
    }

    @Property(tries = 200)
    void anEventCutShortBreaksAnInvariantAndNotTheHeap(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer whole = ClusterCodec.encode(new NodeRegistered(anyNode(random)));
        ByteBuffer cut = whole.duplicate().limit(random.nextInt(whole.limit()));

        assertThatThrownBy(() -> ClusterCodec.decode(cut)).isInstanceOf(BrokenInvariantException.class);
    }

    /** The bytes of format 1: a change here is a new format, with a reader for this one. */
    @Test
    void theFormatIsTheDocumentedOne() {
        NodeRecord node =
                new NodeRecord(2, "h", 9, Optional.of("r"), Map.of("kafka", new NodeInfo.Endpoint("k", 7)), 1, 3);
        assertThat(hex(ClusterCodec.encode(new ClusterFounded(3, 1)))).isEqualTo("01" + "00000003" + "00000001");
        assertThat(hex(ClusterCodec.encode(new NodeRegistered(node))))
                .isEqualTo("02" + "00000002" + "00000001" + "68" + "00000009" + "01" + "00000001" + "72" + "00000001"
                        + "00000005" + "6b61666b61" + "00000001" + "6b" + "00000007" + "00000001" + "00000003");
        assertThat(hex(ClusterCodec.encode(new StageChanged(2, NodeStage.LEAVING))))
                .isEqualTo("03" + "00000002" + "02");
        assertThat(hex(ClusterCodec.encode(new NodeRemoved(2)))).isEqualTo("04" + "00000002");
        assertThat(hex(ClusterCodec.encode(new ShardAdded(4, Durability.FSYNC, List.of(1, 2), 2))))
                .isEqualTo("05" + "00000004" + "00" + "00000002" + "00000001" + "00000002" + "00000002");
        assertThat(hex(ClusterCodec.encode(new ReplicasChosen(4, List.of(1)))))
                .isEqualTo("06" + "00000004" + "00000001" + "00000001");
        assertThat(hex(ClusterCodec.encode(new MembersConfirmed(4, List.of(1)))))
                .isEqualTo("07" + "00000004" + "00000001" + "00000001");
        assertThat(hex(ClusterCodec.encode(new PreferredChosen(4, 1)))).isEqualTo("08" + "00000004" + "00000001");
        assertThat(hex(ClusterCodec.encode(new LeaderReported(4, 1, 9))))
                .isEqualTo("09" + "00000004" + "00000001" + "0000000000000009");
        assertThat(hex(ClusterCodec.encode(new FeatureLevelRaised(2)))).isEqualTo("0a" + "00000002");
        assertThat(hex(ClusterCodec.encode(new SlotMoveBegun(63, 4)))).isEqualTo("0b" + "0000003f" + "00000004");
        assertThat(hex(ClusterCodec.encode(new SlotMoved()))).isEqualTo("0c");
        assertThat(hex(ClusterCodec.encode(new SlotMoveTakenBack()))).isEqualTo("0d");
        assertThat(hex(new ClusterState(1).snapshot()))
                .isEqualTo("01" + "0000000000000000" + "00000001" + "00000000" + "00000004" + "00000000" + "00000000");
    }

    /** The bytes of format 2, which has more only once a slot of groups has moved. */
    @Test
    void theFormatOfSlotsIsTheDocumentedOne() {
        ClusterState state = new ClusterState(1);
        state.apply(ClusterCodec.encode(new SlotMoveBegun(0, 4)), UndoLog.NONE);
        String slots = ("00000001" + "0000000000000000").repeat(64);
        assertThat(hex(state.snapshot()))
                .isEqualTo("02" + "0000000000000001" + "00000001" + "00000000" + "00000004" + "00000000" + "00000000"
                        + slots + "01" + "00000000" + "00000001" + "00000004" + "0000000000000001" + "00000000");

        state.apply(ClusterCodec.encode(new SlotMoveTakenBack()), UndoLog.NONE);
        assertThat(hex(state.snapshot())).endsWith(slots + "00" + "00000001" + "00000000");
    }

    @Test
    void aBrokerAloneIsNoClusterAndTakesNobodyIn() {
        SimulatedCluster alone = new SimulatedCluster();

        assertThat(alone.run(new Join(SimulatedCluster.node(2, "a"))).error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alone.image().isFounded()).isFalse();
        assertThat(alone.step()).isFalse();
    }

    @Test
    void aClusterIsFoundedOnce() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        long version = cluster.image().version();

        cluster.mustDo(new Found(SimulatedCluster.node(2, "a"), Map.of(0, List.of(2)), 5));

        assertThat(cluster.image().version()).isEqualTo(version);
        assertThat(cluster.image().replicationFactor()).isEqualTo(3);
    }

    @Test
    void aNumberIsTakenOnceAndAnAddressToo() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        cluster.join(SimulatedCluster.node(2, "a"));

        assertThat(cluster.run(new Join(SimulatedCluster.node(2, "b"))).error())
                .isEqualTo(ErrorCode.DUPLICATE_RESOURCE);
        NodeRecord sameAddress = new NodeRecord(3, "host2", 9_002, Optional.empty(), Map.of(), 1, 1);
        assertThat(cluster.run(new Join(sameAddress)).message()).contains("host2:9002", "node 2");
    }

    @Test
    void aNodeOfAReleaseThatDoesNotKnowTheClustersLevelStaysOut() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        NodeRecord newer = new NodeRecord(2, "h", 1, Optional.empty(), Map.of(), 2, 5);

        assertThat(cluster.run(new Join(newer)).error()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    }

    private static NodeRecord node(int id, int levelLeast, int levelMost) {
        return new NodeRecord(id, "host" + id, 9_000 + id, Optional.empty(), Map.of(), levelLeast, levelMost);
    }

    @Test
    void aClusterUsesALevelOnceAllNodesKnowItAndNeverLessAgain() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, node(1, 1, 1));
        cluster.join(node(2, 1, 2));
        assertThat(cluster.image().commonLevel()).isEqualTo(1);
        assertThat(cluster.run(new RaiseLevel(2)).message()).startsWith("nodes [1] run a release that does not know");

        cluster.mustDo(new Register(node(1, 1, 3)));
        assertThat(cluster.image().commonLevel()).isEqualTo(2);
        assertThat(ClusterOutline.after(cluster.state, Optional.of(new RaiseLevel(2)))
                        .get())
                .contains("the cluster goes from feature level 1 to 2, and not back");
        assertThat(cluster.image().featureLevel()).isEqualTo(1);
        cluster.mustDo(new RaiseLevel(2));

        assertThat(cluster.image().featureLevel()).isEqualTo(2);
        assertThat(cluster.run(new RaiseLevel(3)).error()).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(cluster.run(new RaiseLevel(1)).message()).contains("no way back to 1");
        assertThat(cluster.run(new Register(node(2, 1, 1))).error()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        assertThat(cluster.run(new Join(node(3, 1, 1))).error()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
        long version = cluster.image().version();
        cluster.mustDo(new RaiseLevel(2));
        assertThat(cluster.image().version()).isEqualTo(version);
    }

    @Test
    void aMemberComesBackWithOtherAddressesAndAStrangerDoesNot() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        NodeRecord moved = new NodeRecord(1, "elsewhere", 1, Optional.empty(), Map.of(), 1, 1);

        cluster.mustDo(new Register(moved));
        assertThat(cluster.image().node(1)).contains(moved);
        long version = cluster.image().version();
        cluster.mustDo(new Register(moved));
        assertThat(cluster.image().version()).isEqualTo(version);
        assertThat(cluster.run(new Register(SimulatedCluster.node(7, "a"))).error())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND);
    }

    @Test
    void theLastActiveNodeNeitherDrainsNorLeaves() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));

        assertThat(cluster.run(new ChangeStage(1, NodeStage.DRAINING)).error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(cluster.run(new ChangeStage(1, NodeStage.LEAVING)).error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void newsOfAnOlderTermChangeNothing() {
        SimulatedCluster cluster = SimulatedCluster.founded(3, SimulatedCluster.node(1, "a"));
        cluster.mustDo(new Report(1, 1, 7));
        cluster.mustDo(new Report(1, 2, 6));

        assertThat(cluster.image().shard(1).orElseThrow().leader()).isEqualTo(1);
        assertThat(cluster.image().shard(1).orElseThrow().leaderTerm()).isEqualTo(7);
    }

    private static ClusterEvent anyEvent(Random random, ClusterState state) {
        List<Integer> shards = new ArrayList<>(state.current().shards().keySet());
        if (shards.isEmpty() || random.nextInt(8) == 0) {
            return new ShardAdded(state.nextShardId(), Durability.FSYNC, anyNodes(random), random.nextInt(5));
        }
        int shard = shards.get(random.nextInt(shards.size()));
        return switch (random.nextInt(10)) {
            case 0 -> new ClusterFounded(1 + random.nextInt(5), 1);
            case 1 -> new NodeRegistered(anyNode(random));
            case 2 -> {
                List<Integer> nodes = new ArrayList<>(state.current().nodes().keySet());
                yield nodes.isEmpty()
                        ? new NodeRegistered(anyNode(random))
                        : new StageChanged(
                                nodes.get(random.nextInt(nodes.size())), NodeStage.values()[random.nextInt(3)]);
            }
            case 3 -> new NodeRemoved(1 + random.nextInt(5));
            case 4 -> new ReplicasChosen(shard, anyNodes(random));
            case 5 -> new MembersConfirmed(shard, anyNodes(random));
            case 6 -> new PreferredChosen(shard, random.nextInt(5));
            case 7 -> new SlotMoveBegun(random.nextInt(64), shard);
            case 8 -> random.nextInt(3) == 0 ? new SlotMoveTakenBack() : new SlotMoved();
            default -> new LeaderReported(shard, random.nextInt(5), random.nextLong(100));
        };
    }

    private static NodeRecord anyNode(Random random) {
        Optional<String> rack = random.nextBoolean() ? Optional.of("räck" + random.nextInt(3)) : Optional.empty();
        Map<String, NodeInfo.Endpoint> endpoints =
                random.nextBoolean() ? Map.of("kafka", new NodeInfo.Endpoint("h", random.nextInt(100))) : Map.of();
        return new NodeRecord(1 + random.nextInt(5), "host", random.nextInt(100), rack, endpoints, 1, 1);
    }

    private static List<Integer> anyNodes(Random random) {
        return random.ints(1, 6).distinct().limit(1 + random.nextInt(4)).boxed().toList();
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
