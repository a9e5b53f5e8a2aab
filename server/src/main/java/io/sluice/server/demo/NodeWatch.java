package io.sluice.server.demo;

import io.sluice.server.control.ClusterAction;
import io.sluice.server.control.ControlClient;
import io.sluice.server.control.ControlClient.ControlException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Asks the nodes every second how they stand, and starts those again that ended a while ago. Threads: one of its own;
 * {@link #lines} on any.
 */
final class NodeWatch {
    /** Long enough to see that the others go on without it. */
    static final int RESTART_SECONDS = 10;

    private static final int STOP_LIMIT_SECONDS = 10;
    private static final String METADATA = "0";
    private static final Pattern BRIEF =
            Pattern.compile("node (\\d+) (\\w+) leads (\\S+) applied (\\d+) behind (\\d+)");

    private final List<NodeProcess> nodes;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("demo-nodes").daemon().factory());
    private final Map<Integer, Integer> endedSeconds = new HashMap<>();
    private volatile List<String> lines = List.of();

    NodeWatch(List<NodeProcess> nodes) {
        this.nodes = nodes;
    }

    void start() {
        var unused = executor.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    /** Starts no node any more when it returns. */
    void stop() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One a node. */
    List<String> lines() {
        return lines;
    }

    private void look() {
        Map<Integer, Matcher> brief = ask();
        List<String> now = new ArrayList<>();
        for (NodeProcess node : nodes) {
            if (node.isAlive()) {
                endedSeconds.remove(node.id());
            } else if (endedSeconds.merge(node.id(), 1, Integer::sum) >= RESTART_SECONDS && !executor.isShutdown()) {
                endedSeconds.remove(node.id());
                node.launch();
            }
            now.add(line(node, Optional.ofNullable(brief.get(node.id()))));
        }
        lines = List.copyOf(now);
    }

    /** The first that answers; all see the same. */
    private Map<Integer, Matcher> ask() {
        return nodes.stream()
                .filter(NodeProcess::isAlive)
                .flatMap(node -> ControlClient.of(node.directory()).stream())
                .flatMap(NodeWatch::brief)
                .findFirst()
                .orElse(Map.of());
    }

    private static Stream<Map<Integer, Matcher>> brief(ControlClient node) {
        Map<Integer, Matcher> found = new HashMap<>();
        try {
            node.ask(ClusterAction.PATH, Map.of("do", "brief"), line -> {
                Matcher match = BRIEF.matcher(line);
                if (match.matches()) {
                    found.put(Integer.parseInt(match.group(1)), match);
                }
            });
            return Stream.of(found);
        } catch (ControlException stopping) {
            return Stream.empty();
        }
    }

    private String line(NodeProcess node, Optional<Matcher> brief) {
        String name = "node " + node.id() + "  ";
        if (!node.isAlive()) {
            int left = RESTART_SECONDS - endedSeconds.getOrDefault(node.id(), 0);
            return name + "ended; is started again in " + left + " s";
        }
        String kill = "  kill -9 " + node.pid();
        return brief.filter(known -> !known.group(2).equals("away"))
                .map(known -> String.format(
                                Locale.ROOT,
                                "%s%-8s  leads %-22s  applied %,9d  behind %,6d",
                                name,
                                known.group(2),
                                led(known.group(3)),
                                Long.parseLong(known.group(4)),
                                Long.parseLong(known.group(5)))
                        + kill)
                .orElse(name + "does not answer yet" + kill);
    }

    static String led(String shards) {
        if (shards.equals("-")) {
            return "nothing";
        }
        List<String> all = List.of(shards.split(",", -1));
        List<String> ofData =
                all.stream().filter(shard -> !shard.equals(METADATA)).toList();
        return Stream.of(
                        all.contains(METADATA) ? Stream.of("metadata") : Stream.<String>empty(),
                        ofData.isEmpty()
                                ? Stream.<String>empty()
                                : Stream.of((ofData.size() == 1 ? "shard " : "shards ") + String.join(" ", ofData)))
                .flatMap(each -> each)
                .collect(Collectors.joining(", "));
    }
}
