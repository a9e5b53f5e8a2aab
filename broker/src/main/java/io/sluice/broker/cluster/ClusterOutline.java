package io.sluice.broker.cluster;

import io.sluice.broker.api.Result;
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
import io.sluice.broker.group.GroupCoordinator;
import io.sluice.common.BrokenInvariantException;
import io.sluice.replication.runtime.UndoLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would happen, or will: the steps of {@link ClusterPlan} with every change of a group done at once. */
final class ClusterOutline {
    /** Far more than any plan has; a plan that never ends must not hang whoever asks. */
    private static final int STEPS_MAX = 10_000;

    private ClusterOutline() {}

    /** Sentences for people after that command, none if nothing changes. The state is left alone. */
    static Result<List<String>> after(ClusterState state, Optional<ClusterCommand> command) {
        ClusterState copy = new ClusterState(state.shardsLeast());
        copy.restore(state.snapshot());
        if (command.isPresent()) {
            Result<List<ClusterEvent>> events = ClusterDecider.events(copy.current(), command.get());
            if (!events.isOk()) {
                return Result.failed(events.error(), events.message());
            }
            events.get().forEach(event -> copy.apply(ClusterCodec.encode(event), UndoLog.NONE));
        }
        List<String> sentences = new ArrayList<>();
        int slots = 0;
        if (copy.current().featureLevel() != state.current().featureLevel()) {
            sentences.add("the cluster goes from feature level "
                    + state.current().featureLevel() + " to " + copy.current().featureLevel() + ", and not back");
        }
        for (int i = 0; i < STEPS_MAX; i++) {
            settle(copy);
            Optional<ClusterEvent> step = ClusterPlan.next(copy.current(), copy.shardsLeast(), copy.nextShardId());
            if (step.isEmpty()) {
                break;
            }
            if (step.get() instanceof SlotMoveBegun) {
                slots++;
            } else {
                sentences.add(sentence(copy.current(), step.get()));
            }
            copy.apply(ClusterCodec.encode(step.get()), UndoLog.NONE);
        }
        if (slots > 0) {
            sentences.add(slots + " of " + GroupCoordinator.SLOTS + " slots of groups move to other shards");
        }
        return Result.of(List.copyOf(sentences));
    }

    private static void settle(ClusterState state) {
        if (state.current().slots().moving().isPresent()) {
            state.apply(ClusterCodec.encode(new SlotMoved()), UndoLog.NONE);
        }
        for (ShardRecord shard : state.current().shards().values()) {
            if (!shard.isSettled()) {
                state.apply(ClusterCodec.encode(new MembersConfirmed(shard.id(), shard.replicas())), UndoLog.NONE);
            }
        }
    }

    private static String sentence(ClusterImage before, ClusterEvent step) {
        return switch (step) {
            case ReplicasChosen chosen ->
                "shard " + chosen.shardId() + " moves from nodes "
                        + before.shard(chosen.shardId())
                                .map(ShardRecord::replicas)
                                .orElse(List.of())
                        + " to " + chosen.replicas();
            case PreferredChosen chosen ->
                "shard " + chosen.shardId() + " is led by node " + chosen.nodeId() + " instead of "
                        + before.shard(chosen.shardId())
                                .map(ShardRecord::preferredLeader)
                                .orElse(0);
            case ShardAdded added ->
                "shard " + added.shardId() + " is made on nodes " + added.replicas() + ", led by node "
                        + added.preferredLeader();
            case NodeRemoved removed -> "node " + removed.nodeId() + " is no member any more";
            case ClusterFounded _,
                    NodeRegistered _,
                    StageChanged _,
                    MembersConfirmed _,
                    LeaderReported _,
                    SlotMoveBegun _,
                    SlotMoved _,
                    SlotMoveTakenBack _,
                    FeatureLevelRaised _ -> throw new BrokenInvariantException("the plan has a step " + step);
        };
    }
}
