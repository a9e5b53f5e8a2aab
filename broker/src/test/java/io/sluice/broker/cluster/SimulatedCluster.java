package io.sluice.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Confirm;
import io.sluice.broker.cluster.ClusterCommand.Found;
import io.sluice.broker.cluster.ClusterCommand.Join;
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
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.DecideRuntime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The metadata of a cluster with its real runtime, whose groups change their members when a test says so. Every event
 * commits at once; the shard clock is the test's.
 */
final class SimulatedCluster {
    private static final int STEPS_MAX = 2_000;

    final ClusterState state;
    private final DecideRuntime runtime;
    private long nowMs;
    private int steps;

    SimulatedCluster() {
        this(1);
    }

    /** With so many shards of records at least. */
    private SimulatedCluster(int shardsLeast) {
        state = new ClusterState(shardsLeast);
        AtomicReference<DecideRuntime> own = new AtomicReference<>();
        runtime = new DecideRuntime(List.of(state), batch -> {
            batch.events().forEach(event -> count(ClusterCodec.decode(event.bytes())));
            own.get().committed(batch);
            return true;
        });
        own.set(runtime);
        runtime.leaderStarted(0);
    }

    /** A broker with data becomes a cluster. */
    static SimulatedCluster founded(int replicationFactor, NodeRecord first) {
        return founded(1, replicationFactor, first);
    }

    /** The same with so many shards of records at least. */
    static SimulatedCluster founded(int shardsLeast, int replicationFactor, NodeRecord first) {
        SimulatedCluster cluster = new SimulatedCluster(shardsLeast);
        List<Integer> alone = List.of(first.id());
        cluster.mustDo(new Found(first, Map.of(0, alone, 1, alone), replicationFactor));
        return cluster;
    }

    static NodeRecord node(int id, String rack) {
        return new NodeRecord(id, "host" + id, 9_000 + id, Optional.of(rack), Map.of(), 1, 1);
    }

    ClusterImage image() {
        return state.image();
    }

    Result<Long> run(ClusterCommand command) {
        AtomicReference<Result<Long>> answer = new AtomicReference<>(Result.failed(ErrorCode.REQUEST_TIMED_OUT));
        runtime.enqueue(state, new ClusterDecider(command, answer::set));
        runtime.run(nowMs);
        return answer.get();
    }

    void mustDo(ClusterCommand command) {
        assertThat(run(command).error()).as("%s", command).isEqualTo(ErrorCode.NONE);
    }

    void join(NodeRecord node) {
        mustDo(new Join(node));
    }

    void become(int node, NodeStage stage) {
        mustDo(new ChangeStage(node, stage));
    }

    private void count(ClusterEvent event) {
        switch (event) {
            case ReplicasChosen _, ShardAdded _, PreferredChosen _, NodeRemoved _, SlotMoveBegun _ -> steps++;
            case ClusterFounded _,
                    NodeRegistered _,
                    StageChanged _,
                    MembersConfirmed _,
                    LeaderReported _,
                    SlotMoved _,
                    SlotMoveTakenBack _,
                    FeatureLevelRaised _ -> {
                // Decided by somebody.
            }
        }
    }

    /** Steps of the plan so far. */
    int steps() {
        return steps;
    }

    /** Lets the clock pass one step; whether there was one. */
    boolean step() {
        long before = image().version();
        nowMs += ClusterState.STEP_INTERVAL_MS;
        runtime.run(nowMs);
        return image().version() != before;
    }

    /** Every group gets the members that it shall have. */
    void settle() {
        for (ShardRecord shard : image().shards().values()) {
            if (!shard.isSettled()) {
                mustDo(new Confirm(shard.id(), shard.replicas()));
            }
        }
    }

    /** Steps and changes of groups until nothing is left to do. */
    void quieten() {
        long before = -1;
        while (before != image().version()) {
            before = image().version();
            step();
            settle();
            assertThat(steps).as("steps until nothing is left to do").isLessThan(STEPS_MAX);
        }
    }
}
