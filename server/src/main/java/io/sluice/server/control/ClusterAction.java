package io.sluice.server.control;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Prefer;
import io.sluice.broker.cluster.ClusterCommand.RaiseLevel;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.http.AdminAction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shows and changes the cluster that this broker belongs to. Parameters: {@code do}, one of {@code status}, {@code add},
 * {@code drain}, {@code remove}, {@code rebalance}, {@code move-leader}, {@code move-partition}, {@code take-back}, {@code upgrade},
 * or {@code brief}, a status for programs; {@code node}; {@code shard}; {@code topic} and {@code partition}; {@code dry} to be told
 * only what would happen; {@code wait}, seconds to follow what happens.
 */
public record ClusterAction(LocalBroker broker, Clock clock) implements AdminAction {
    /** Where it is offered. */
    public static final String PATH = "/admin/cluster";

    private static final long LOOK_MS = 250;
    private static final long UNDECIDED_SECONDS_MAX = 15;

    /** Between two lines about the same change. */
    private static final long TELL_INTERVAL_MS = 5_000;

    @Override
    public void run(Map<String, String> parameters, Consumer<String> lines) {
        ClusterCommands commands = broker.clusterCommands()
                .orElseThrow(() -> new RefusedException("this broker is alone; cluster.listen makes it a node"));
        String wanted = parameters.getOrDefault("do", "status");
        if (wanted.equals("status")) {
            ClusterStatus.of(broker).lines(broker).forEach(lines);
            return;
        }
        if (wanted.equals("brief")) {
            ClusterStatus.of(broker).brief().forEach(lines);
            return;
        }
        if (wanted.equals("move-partition") || wanted.equals("take-back")) {
            new PartitionMoving(broker, clock).run(parameters, lines);
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
        command.ifPresent(known -> run(commands, known));
        if (wanted.equals("remove") && number(parameters, "node", -1) == broker.nodeId()) {
            lines.accept("its process ends when that is done; ask another node how far it is");
            return;
        }
        follow(commands, number(parameters, "wait", 0), lines);
    }

    /** A command says how things shall be, so it may be given again when nobody knows whether it was heard. */
    private void run(ClusterCommands commands, ClusterCommand command) {
        long deadlineNs = clock.nanoTime() + TimeUnit.SECONDS.toNanos(UNDECIDED_SECONDS_MAX);
        Result<Long> done = commands.run(command).join();
        while (done.error() == ErrorCode.NOT_CONTROLLER && clock.nanoTime() < deadlineNs && hasPaused()) {
            done = commands.run(command).join();
        }
        if (!done.isOk()) {
            throw new RefusedException(done.message());
        }
    }

    private Optional<ClusterCommand> command(String wanted, Map<String, String> parameters) {
        return switch (wanted) {
            case "add" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.ACTIVE));
            case "drain" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.DRAINING));
            case "remove" -> Optional.of(new ChangeStage(number(parameters, "node", -1), NodeStage.LEAVING));
            case "move-leader" ->
                Optional.of(new Prefer(number(parameters, "shard", -1), number(parameters, "node", -1)));
            case "upgrade" -> Optional.of(new RaiseLevel(broker.clusterImage().commonLevel()));
            case "rebalance" -> Optional.empty();
            default -> throw new RefusedException("nobody knows how to " + wanted);
        };
    }

    static int number(Map<String, String> parameters, String name, int otherwise) {
        try {
            return Integer.parseInt(parameters.getOrDefault(name, Integer.toString(otherwise)));
        } catch (NumberFormatException wrong) {
            throw new RefusedException("'" + name + "' must be a number");
        }
    }

    private void follow(ClusterCommands commands, int waitSeconds, Consumer<String> lines) {
        long deadlineNs = clock.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        Telling telling = new Telling(lines);
        List<String> left = left(commands);
        while (!left.isEmpty() && clock.nanoTime() < deadlineNs) {
            telling.tell(left, clock.nanoTime());
            if (!hasPaused()) {
                return;
            }
            left = left(commands);
        }
        lines.accept(left.isEmpty() ? "everything is where it shall be" : left.size() + " to do; it goes on by itself");
    }

    /** Whether nobody interrupted it: a node that stops refuses at once, as often as it is asked. */
    static boolean hasPaused() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What is done first, when it is another thing than before, and how far it is now and then. */
    private static final class Telling {
        private final Consumer<String> lines;
        private String toldOf = "";
        private long toldNs;

        Telling(Consumer<String> lines) {
            this.lines = lines;
        }

        void tell(List<String> left, long nowNs) {
            String first = left.getFirst();
            String what = left.size() + first.split(", node ", 2)[0];
            if (!what.equals(toldOf) || nowNs - toldNs >= TimeUnit.MILLISECONDS.toNanos(TELL_INTERVAL_MS)) {
                lines.accept(left.size() + " to do: " + first);
                toldOf = what;
                toldNs = nowNs;
            }
        }
    }

    private List<String> left(ClusterCommands commands) {
        Result<List<String>> planned = commands.outline(Optional.empty()).join();
        return ClusterStatus.of(broker).left(planned.isOk() ? planned.get() : List.of());
    }
}
