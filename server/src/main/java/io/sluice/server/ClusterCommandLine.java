package io.sluice.server;

import io.sluice.server.control.ClusterAction;
import io.sluice.server.node.ExitCode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and changes the cluster, through a node that runs on this machine. */
@Command(
        name = "cluster",
        description = "Show the cluster of the node that runs on a data directory, and change it.",
        footer = {
            "",
            "A new node adds itself: sluice start --set node.id=2 --set cluster.listen=HOST:PORT --join HOST:PORT",
            "  sluice cluster status",
            "  sluice cluster drain 2 --dry-run         what would happen",
            "  sluice cluster drain 2                   node 2 leads nothing and gives away what others can take",
            "  sluice cluster add 2                     node 2 gets its share again",
            "  sluice cluster remove 2                  drains it, and then it is no member any more",
            "  sluice cluster move-leader 4 3           shard 4 is led by node 3",
            "  sluice cluster move-partition orders 0 4 partition 0 of topic orders goes to shard 4, online",
            "  sluice cluster take-back orders 0        it stays where it is, if it has not arrived",
            "  sluice cluster rebalance                 what the cluster does by itself, followed",
            "  sluice cluster upgrade                   uses what a later release brought, once all nodes run it",
            "Exit codes: 0 done, 1 refused, 2 usage, 4 no node runs on the data directory."
        },
        mixinStandardHelpOptions = true)
final class ClusterCommandLine implements Callable<Integer> {
    private static final List<String> OF_NODE = List.of("add", "drain", "remove");
    private static final String OF_MOVE = "a topic, a partition and a shard";
    private static final List<String> OF_NOTHING = List.of("status", "rebalance", "upgrade");

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            description = "status, add, drain, remove, rebalance, move-leader, move-partition, take-back or upgrade.")
    private String action = "status";

    @Parameters(
            index = "1..*",
            paramLabel = "WHAT",
            description =
                    "The node; for move-leader the shard, then the node; for move-partition the topic, its partition and"
                            + " the shard; for take-back the topic and its partition.")
    private List<String> words = List.of();

    @Option(names = "--dry-run", description = "Say what would happen and do nothing.")
    private boolean isDry;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "Follow what happens for so long; 0 does not wait. Default: 600.")
    private int waitSeconds = 600;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    ClusterCommandLine() {}

    @Override
    public Integer call() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("do", action);
        if (OF_NODE.contains(action)) {
            parameters.put("node", number(0, 1, "the number of a node"));
        } else if (action.equals("move-leader")) {
            parameters.put("shard", number(0, 2, "a shard and a node"));
            parameters.put("node", number(1, 2, "a shard and a node"));
        } else if (action.equals("move-partition")) {
            parameters.put("topic", word(0, 3, OF_MOVE));
            parameters.put("partition", number(1, 3, OF_MOVE));
            parameters.put("shard", number(2, 3, OF_MOVE));
        } else if (action.equals("take-back")) {
            parameters.put("topic", word(0, 2, "a topic and a partition"));
            parameters.put("partition", number(1, 2, "a topic and a partition"));
        } else if (!OF_NOTHING.contains(action)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no '" + action
                            + "'; there are status, add, drain, remove, rebalance, move-leader, move-partition,"
                            + " take-back and upgrade");
        } else if (!words.isEmpty()) {
            throw new ParameterException(spec.commandLine(), action + " takes nothing");
        }
        parameters.put("wait", Integer.toString(waitSeconds));
        if (isDry) {
            parameters.put("dry", "true");
        }
        PrintWriter out = spec.commandLine().getOut();
        options.runningBroker().ask(ClusterAction.PATH, parameters, line -> {
            out.println(line);
            out.flush();
        });
        return ExitCode.OK.number();
    }

    private String number(int index, int count, String what) {
        String word = word(index, count, what);
        try {
            return Integer.toString(Integer.parseInt(word));
        } catch (NumberFormatException wrong) {
            throw new ParameterException(
                    spec.commandLine(), action + " wants " + what + ", and '" + word + "' is no number", wrong);
        }
    }

    private String word(int index, int count, String what) {
        if (words.size() != count) {
            throw new ParameterException(spec.commandLine(), action + " wants " + what);
        }
        return words.get(index);
    }
}
