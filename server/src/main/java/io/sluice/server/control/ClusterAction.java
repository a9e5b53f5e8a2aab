package io.sluice.server.control;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Prefer;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.broker.cluster.ShardRecord;
import io.sluice.common.Clock;
import io.sluice.protocol.http.AdminAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shows and changes the cluster that this broker belongs to. Parameters: {@code do}, one of {@code status}, {@code add},
 * {@code drain}, {@code remove}, {@code rebalance}, {@code move-leader}; {@code node}; {@code shard}; {@code dry} to be told
 * only what would happen; {@code wait}, seconds to follow what happens.
 */
public record ClusterAction(LocalBroker broker, Clock clock) implements AdminAction {
    /** Where it is offered. */
    public static final String PATH = "/admin/cluster";

    private static final long LOOK_MS = 200;

    @Override
    public void run(Map<String, String> parameters, Consumer<String> lines) {
        ClusterCommands commands = broker.clusterCommands()
                .orElseThrow(() -> new RefusedException("this broker is alone; cluster.listen makes it a node"));
        String wanted = parameters.getOrDefault("do", "status");
        if (wanted.equals("status")) {
            status(lines);
            return;
        }
        Optional<ClusterCommand> command = command(wanted, parameters);
        Result<List<String>> steps = commands.outline(command).join();
        if (!steps.isOk()) {
            throw new RefusedException(steps.message());
        }
        boolean isDry = parameters.containsKey("dry");
        steps.get().forEach(step -> lines.accept((isDry ? "would: " : "will: ") + step));
        if (steps.get().isEmpty()) {
            lines.accept("nothing has to change");
        }
        if (isDry) {
            return;
        }
        command.ifPresent(known -> {
            Result<Long> done = commands.run(known).join();
            if (!done.isOk()) {
                throw new RefusedException(done.message());
            }
        });
        follow(commands, number(parameters, "wait", 0), lines);
    }

    private static Optional<ClusterCommand> command(String wanted, Map<String, String> parameters) {
        return switch (wanted) {
            case "add" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.ACTIVE));
            case "drain" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.DRAINING));
            case "remove" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.LEAVING));
            case "move-leader" ->
                Optional.of(new Prefer(number(parameters, "shard", -1), number(parameters, "node", -1)));
            case "rebalance" -> Optional.empty();
            default -> throw new RefusedException("nobody knows how to " + wanted);
        };
    }

    private static int number(Map<String, String> parameters, String name, int otherwise) {
        try {
            return Integer.parseInt(parameters.getOrDefault(name, Integer.toString(otherwise)));
        } catch (NumberFormatException wrong) {
            throw new RefusedException("'" + name + "' must be a number");
        }
    }

    private void status(Consumer<String> lines) {
        ClusterImage image = broker.clusterImage();
        lines.accept("cluster " + broker.clusterId() + ", feature level " + image.featureLevel()
                + ", replication factor " + image.replicationFactor() + ", as node " + broker.nodeId() + " sees it");
        for (NodeRecord node : image.nodes().values()) {
            lines.accept(line(image, node));
        }
        for (ShardRecord shard : image.shards().values()) {
            lines.accept(line(shard));
        }
        List<String> left = left(image, List.of());
        left.forEach(each -> lines.accept("under way: " + each));
    }

    private String line(ClusterImage image, NodeRecord node) {
        long keeps = image.dataShards().stream()
                .filter(shard -> shard.members().contains(node.id()))
                .count();
        long leads = image.dataShards().stream()
                .filter(shard -> broker.leaderOf(shard.id()) == node.id())
                .count();
        return "node " + node.id() + ": " + (broker.reaches(node.id()) ? "up" : "not reached") + ", "
                + image.stage(node.id()).name().toLowerCase(Locale.ROOT) + ", at " + node.host() + ":" + node.port()
                + node.rack().map(rack -> ", rack " + rack).orElse("") + ", keeps " + keeps + " shards, leads " + leads;
    }

    private String line(ShardRecord shard) {
        int leader = broker.leaderOf(shard.id());
        return "shard " + shard.id() + (shard.id() == 0 ? " (metadata)" : "") + ": "
                + (leader > 0 ? "led by node " + leader : "without a leader") + ", on nodes " + shard.members();
    }

    /** What is not as it shall be, and then what the plan has still to do. */
    private List<String> left(ClusterImage image, List<String> planned) {
        List<String> left = new ArrayList<>();
        for (ShardRecord shard : image.shards().values()) {
            if (!shard.isSettled()) {
                left.add("shard " + shard.id() + " goes from nodes " + shard.members() + " to " + shard.replicas());
            } else if (shard.preferredLeader() > 0 && broker.leaderOf(shard.id()) != shard.preferredLeader()) {
                left.add("shard " + shard.id() + " goes over to node " + shard.preferredLeader());
            }
        }
        left.addAll(planned);
        return left;
    }

    private void follow(ClusterCommands commands, int waitSeconds, Consumer<String> lines) {
        long deadlineNs = clock.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        String told = "";
        List<String> left = leftNow(commands);
        while (!left.isEmpty() && clock.nanoTime() < deadlineNs) {
            String now = left.size() + " to do: " + left.getFirst();
            if (!now.equals(told)) {
                lines.accept(now);
                told = now;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            left = leftNow(commands);
        }
        lines.accept(left.isEmpty() ? "everything is where it shall be" : left.size() + " to do; it goes on by itself");
    }

    private List<String> leftNow(ClusterCommands commands) {
        Result<List<String>> planned = commands.outline(Optional.empty()).join();
        return left(broker.clusterImage(), planned.isOk() ? planned.get() : List.of());
    }
}
