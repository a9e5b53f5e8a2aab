package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.control.ClusterAction;
import io.sluice.server.control.ControlClient;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.settings.SettingsLoader;
import io.sluice.testkit.FreePort;
import io.sluice.testkit.OsProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Nodes of a cluster in this process, with real sockets; each keeps its addresses over restarts. Owner: one test thread. */
final class RunningNodes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path folder;
    private final Map<String, String> common;
    private final Map<Integer, BrokerNode> running = new TreeMap<>();
    private final Map<Integer, Map<String, String>> settings = new HashMap<>();

    /** Nodes in directories below the folder, with these settings beside those of each node. */
    RunningNodes(Path folder, Map<String, String> common) {
        this.folder = folder;
        this.common = Map.copyOf(common);
    }

    Path directory(int id) {
        return folder.resolve("node-" + id);
    }

    /** The first founds the cluster, the others join it through any that runs. */
    BrokerNode start(int id) {
        return start(id, Map.of());
    }

    /** The same with settings of its own. */
    BrokerNode start(int id, Map<String, String> particular) {
        Map<String, String> own = new LinkedHashMap<>(Map.of(
                "data.dir", directory(id).toString(),
                "node.id", Integer.toString(id),
                "kafka.listen", "127.0.0.1:0",
                "cluster.listen", "127.0.0.1:0",
                "http.listen", "127.0.0.1:0",
                // They share one process with each other and their clients: all of them pause together.
                "cluster.election.timeout.ms", "3000",
                "group.initial.rebalance.delay.ms", "0"));
        own.putAll(common);
        own.putAll(particular);
        running.values().stream()
                .findFirst()
                .flatMap(BrokerNode::clusterAddress)
                .ifPresent(address -> own.put("cluster.join", address));
        settings.put(id, FreePort.chosenIn(own));
        return restart(id);
    }

    /** As a new node of a number that is free again, with nothing on its disk. */
    BrokerNode startEmpty(int id) {
        OsProcess.run(PATIENCE, "rm", "-r", directory(id).toString());
        return start(id);
    }

    /** The same node with the same addresses again. */
    BrokerNode restart(int id) {
        Map<String, String> own = Optional.ofNullable(settings.get(id)).orElseThrow();
        BrokerNode node = BrokerNode.start(SettingsLoader.load(
                Optional.empty(),
                Map.of(),
                own.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList()));
        running.put(id, node);
        return node;
    }

    /** Until it has caught up and has a say in everything that it keeps. */
    void awaitReady(int id) {
        URI readyz = URI.create("http://" + node(id).httpAddress().orElseThrow() + "/readyz");
        try (HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                HttpResponse<String> answer =
                        client.send(HttpRequest.newBuilder(readyz).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            });
        }
    }

    BrokerNode node(int id) {
        return Optional.ofNullable(running.get(id)).orElseThrow();
    }

    /** As SIGTERM does. */
    void stop(int id) {
        Optional.ofNullable(running.remove(id)).ifPresent(BrokerNode::close);
    }

    /** For clients: all that run now. */
    String addresses() {
        return running.values().stream()
                .flatMap(node -> node.kafkaAddress().stream())
                .collect(Collectors.joining(","));
    }

    /** What {@code sluice cluster} would print, asked of that node. */
    List<String> command(int asked, String... words) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            parameters.put(words[i], words[i + 1]);
        }
        List<String> lines = new ArrayList<>();
        ControlClient.of(directory(asked)).orElseThrow().ask(ClusterAction.PATH, parameters, lines::add);
        return lines;
    }

    /** Until so many nodes keep and lead what they shall. */
    void awaitSettled(int asked, int nodeCount) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            List<String> left = command(asked, "do", "rebalance", "wait", "30");
            List<String> brief = command(asked, "do", "brief");
            return left.getLast().equals("everything is where it shall be")
                    && brief.stream().filter(line -> line.contains(" up ")).count() == nodeCount
                    && brief.size() == nodeCount;
        });
    }

    @Override
    public void close() {
        running.values().forEach(BrokerNode::close);
        running.clear();
    }
}
