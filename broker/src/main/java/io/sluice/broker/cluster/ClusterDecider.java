package io.sluice.broker.cluster;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Confirm;
import io.sluice.broker.cluster.ClusterCommand.EndSlotMove;
import io.sluice.broker.cluster.ClusterCommand.Found;
import io.sluice.broker.cluster.ClusterCommand.Join;
import io.sluice.broker.cluster.ClusterCommand.Prefer;
import io.sluice.broker.cluster.ClusterCommand.RaiseLevel;
import io.sluice.broker.cluster.ClusterCommand.Register;
import io.sluice.broker.cluster.ClusterCommand.Report;
import io.sluice.broker.cluster.ClusterEvent.ClusterFounded;
import io.sluice.broker.cluster.ClusterEvent.FeatureLevelRaised;
import io.sluice.broker.cluster.ClusterEvent.LeaderReported;
import io.sluice.broker.cluster.ClusterEvent.MembersConfirmed;
import io.sluice.broker.cluster.ClusterEvent.NodeRegistered;
import io.sluice.broker.cluster.ClusterEvent.PreferredChosen;
import io.sluice.broker.cluster.ClusterEvent.ShardAdded;
import io.sluice.broker.cluster.ClusterEvent.SlotMoveTakenBack;
import io.sluice.broker.cluster.ClusterEvent.SlotMoved;
import io.sluice.broker.cluster.ClusterEvent.StageChanged;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Decides a {@link ClusterCommand}; answers the version of the cluster that holds its outcome. */
final class ClusterDecider implements ForwardedCommand<ClusterState> {
    private static final int OS_SHARD = 2;

    private final ClusterCommand command;
    private final Consumer<Result<Long>> answer;

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    ClusterDecider(ClusterCommand command, Consumer<Result<Long>> answer) {
        this.command = command;
        this.answer = answer;
    }

    @Override
    public void decide(ClusterState state, Decision decision, long nowMs) {
        Result<List<ClusterEvent>> events = events(state.current(), command);
        Result<Long> result;
        if (events.isOk()) {
            events.get().forEach(event -> state.emit(decision, event));
            result = Result.of(state.current().version());
        } else {
            result = Result.failed(events.error(), events.message());
        }
        decision.afterCommit(() -> answer.accept(result), error -> answer.accept(Result.failed(error)));
    }

    /** The answer to a node that joins, and is a member already, sends it away. */
    @Override
    public boolean mayBeRepeated() {
        return !(command instanceof Join);
    }

    @Override
    public int kind() {
        return CommandKinds.CLUSTER;
    }

    @Override
    public void write(ByteWriter out) {
        ClusterCommandCodec.write(out, command);
    }

    @Override
    public void answered(ClusterState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, ByteReader::getLong));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }

    /** What the command changes; pure. */
    static Result<List<ClusterEvent>> events(ClusterImage cluster, ClusterCommand command) {
        if (command instanceof Found found) {
            return cluster.isFounded() ? Result.of(List.of()) : found(found);
        }
        if (!cluster.isFounded()) {
            return Result.failed(
                    ErrorCode.INVALID_REQUEST,
                    "this broker is no cluster; start it with --set cluster.listen=HOST:PORT");
        }
        return switch (command) {
            case Found _ -> Result.of(List.of());
            case Join join -> join(cluster, join.node());
            case Register register -> register(cluster, register.node());
            case ChangeStage change -> changeStage(cluster, change);
            case Confirm confirm -> confirm(cluster, confirm);
            case Report report -> report(cluster, report);
            case Prefer prefer -> prefer(cluster, prefer);
            case RaiseLevel raise -> raise(cluster, raise.level());
            case EndSlotMove end -> endSlotMove(cluster, end);
        };
    }

    private static Result<List<ClusterEvent>> found(Found found) {
        NodeRecord node = found.node();
        List<ClusterEvent> events = new ArrayList<>();
        events.add(new ClusterFounded(found.replicationFactor(), node.featureLevelMost()));
        events.add(new NodeRegistered(node));
        new TreeMap<>(found.groups()).forEach((shard, members) -> {
            Durability durability = shard == OS_SHARD ? Durability.OS : Durability.FSYNC;
            int preferred = shard == ClusterPlan.METADATA ? 0 : node.id();
            events.add(new ShardAdded(shard, durability, members, preferred));
        });
        return Result.of(events);
    }

    private static Result<List<ClusterEvent>> join(ClusterImage cluster, NodeRecord node) {
        if (cluster.node(node.id()).isPresent()) {
            return Result.failed(
                    ErrorCode.DUPLICATE_RESOURCE,
                    "node " + node.id() + " is a member already; give the new one another number with --set node.id=N,"
                            + " or remove the old one first: sluice cluster remove " + node.id());
        }
        if (cluster.nodes().size() >= ClusterCommand.NODES_MAX) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION, "a cluster has " + ClusterCommand.NODES_MAX + " nodes at most");
        }
        return admitted(cluster, node);
    }

    private static Result<List<ClusterEvent>> register(ClusterImage cluster, NodeRecord node) {
        Optional<NodeRecord> known = cluster.node(node.id());
        if (known.isEmpty()) {
            // Of nodes that begin together one founds the cluster; the others are members of its groups already.
            boolean isMember = cluster.shards().values().stream()
                    .anyMatch(shard -> shard.members().contains(node.id()));
            return isMember
                    ? admitted(cluster, node)
                    : Result.failed(
                            ErrorCode.RESOURCE_NOT_FOUND,
                            "node " + node.id() + " is no member any more; it joins anew with an empty data directory");
        }
        return known.get().equals(node) ? Result.of(List.of()) : admitted(cluster, node);
    }

    /** Two nodes at one address would each get what is meant for the other. */
    private static Result<List<ClusterEvent>> admitted(ClusterImage cluster, NodeRecord node) {
        if (node.id() < 1) {
            return Result.failed(ErrorCode.INVALID_REQUEST, "node.id is 1 or more, not " + node.id());
        }
        if (cluster.featureLevel() < node.featureLevelLeast() || cluster.featureLevel() > node.featureLevelMost()) {
            return Result.failed(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "the cluster is at feature level " + cluster.featureLevel() + ", node " + node.id() + " runs from "
                            + node.featureLevelLeast() + " to " + node.featureLevelMost()
                            + ": start it with another release");
        }
        Optional<NodeRecord> neighbour = cluster.nodes().values().stream()
                .filter(other ->
                        other.id() != node.id() && other.host().equals(node.host()) && other.port() == node.port())
                .findFirst();
        return neighbour
                .<Result<List<ClusterEvent>>>map(other -> Result.failed(
                        ErrorCode.INVALID_REQUEST,
                        node.host() + ":" + node.port() + " is where node " + other.id() + " listens"))
                .orElseGet(() -> Result.of(List.of(new NodeRegistered(node))));
    }

    private static Result<List<ClusterEvent>> changeStage(ClusterImage cluster, ChangeStage change) {
        int id = change.nodeId();
        if (cluster.node(id).isEmpty()) {
            return unknown(id);
        }
        NodeStage stage = cluster.stage(id);
        if (stage == change.stage()) {
            return Result.of(List.of());
        }
        boolean isLastActive = cluster.nodes().keySet().stream()
                .noneMatch(other -> other != id && cluster.stage(other) == NodeStage.ACTIVE);
        return isLastActive && change.stage() != NodeStage.ACTIVE
                ? Result.failed(
                        ErrorCode.POLICY_VIOLATION,
                        "node " + id + " is the only one that could keep and lead; add another one first")
                : Result.of(List.of(new StageChanged(id, change.stage())));
    }

    private static Result<List<ClusterEvent>> confirm(ClusterImage cluster, Confirm confirm) {
        return cluster.shard(confirm.shardId())
                .map(shard -> {
                    List<Integer> members = confirm.members().stream().sorted().toList();
                    return Result.of(
                            shard.members().equals(members)
                                    ? List.<ClusterEvent>of()
                                    : List.<ClusterEvent>of(new MembersConfirmed(shard.id(), members)));
                })
                .orElseGet(() -> unknownShard(confirm.shardId()));
    }

    /** Late news of an older term change nothing. */
    private static Result<List<ClusterEvent>> report(ClusterImage cluster, Report report) {
        return cluster.shard(report.shardId())
                .map(shard -> Result.of(
                        report.term() > shard.leaderTerm()
                                ? List.<ClusterEvent>of(new LeaderReported(shard.id(), report.nodeId(), report.term()))
                                : List.<ClusterEvent>of()))
                .orElseGet(() -> unknownShard(report.shardId()));
    }

    private static Result<List<ClusterEvent>> prefer(ClusterImage cluster, Prefer prefer) {
        Optional<ShardRecord> shard = cluster.shard(prefer.shardId());
        if (shard.isEmpty()) {
            return unknownShard(prefer.shardId());
        }
        boolean isAble = shard.get().replicas().contains(prefer.nodeId())
                && shard.get().members().contains(prefer.nodeId())
                && cluster.stage(prefer.nodeId()) == NodeStage.ACTIVE;
        if (!isAble) {
            return Result.failed(
                    ErrorCode.INVALID_REQUEST,
                    "node " + prefer.nodeId() + " does not keep shard " + prefer.shardId() + " or is on its way out; "
                            + "those that could lead it: " + shard.get().members());
        }
        return Result.of(preferred(cluster, shard.get(), prefer.nodeId()));
    }

    /** Where the node would then lead two more than the one before it, they exchange: else the balance would undo it. */
    private static List<ClusterEvent> preferred(ClusterImage cluster, ShardRecord shard, int node) {
        int before = shard.preferredLeader();
        if (before == node) {
            return List.of();
        }
        List<ClusterEvent> events = new ArrayList<>();
        events.add(new PreferredChosen(shard.id(), node));
        if (preferring(cluster, node) >= preferring(cluster, before)) {
            cluster.dataShards().stream()
                    .filter(other -> other.id() != shard.id()
                            && other.preferredLeader() == node
                            && other.members().contains(before)
                            && cluster.stage(before) == NodeStage.ACTIVE)
                    .findFirst()
                    .ifPresent(other -> events.add(new PreferredChosen(other.id(), before)));
        }
        return events;
    }

    private static long preferring(ClusterImage cluster, int node) {
        return cluster.dataShards().stream()
                .filter(shard -> shard.preferredLeader() == node)
                .count();
    }

    /** Nodes of a release that does not know the level would stop at the first event of it. */
    private static Result<List<ClusterEvent>> endSlotMove(ClusterImage cluster, EndSlotMove end) {
        return cluster.slots().move(end.number()).isEmpty()
                ? Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, "the move of a slot of groups is over")
                : Result.of(List.of(end.hasArrived() ? new SlotMoved() : new SlotMoveTakenBack()));
    }

    private static Result<List<ClusterEvent>> raise(ClusterImage cluster, int level) {
        if (level == cluster.featureLevel()) {
            return Result.of(List.of());
        }
        if (level < cluster.featureLevel()) {
            return Result.failed(
                    ErrorCode.INVALID_UPDATE_VERSION,
                    "the cluster is at feature level " + cluster.featureLevel()
                            + ", from which there is no way back to " + level);
        }
        List<Integer> older = cluster.nodes().values().stream()
                .filter(node -> node.featureLevelMost() < level)
                .map(NodeRecord::id)
                .toList();
        return older.isEmpty()
                ? Result.of(List.of(new FeatureLevelRaised(level)))
                : Result.failed(
                        ErrorCode.INVALID_UPDATE_VERSION,
                        "nodes " + older + " run a release that does not know feature level " + level
                                + "; start them with a later one first");
    }

    private static Result<List<ClusterEvent>> unknown(int nodeId) {
        return Result.failed(ErrorCode.RESOURCE_NOT_FOUND, "there is no node " + nodeId);
    }

    private static Result<List<ClusterEvent>> unknownShard(int shardId) {
        return Result.failed(ErrorCode.RESOURCE_NOT_FOUND, "there is no shard " + shardId);
    }
}
