package io.sluice.server.demo;

import io.sluice.server.control.ClusterAction;
import io.sluice.server.control.ControlClient;
import io.sluice.server.control.ControlClient.ControlException;
import io.sluice.server.control.PrivateFile;
import io.sluice.server.logging.ProcessLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster of brokers on this machine, each a process of its own in a directory {@code node-N}. */
final class NodeProcesses implements DemoBroker {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final int TOKEN_BYTES = 32;
    private static final String SETTLE_SECONDS = "60";

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final boolean isTemporary;
    private final NodeWatch watch;

    private NodeProcesses(boolean isTemporary) {
        this.isTemporary = isTemporary;
        this.watch = new NodeWatch(nodes);
    }

    /**
     * Starts them, the first on {@code kafkaPort}; returns when every node keeps everything. In a directory of an earlier
     * run they are the same cluster again.
     */
    static DemoBroker start(DemoPlan plan, int kafkaPort, PrintWriter out) {
        NodeProcesses cluster = new NodeProcesses(plan.isTemporary());
        // Clients complain of nodes that were killed, on the terminal on which the table is.
        ProcessLog.setLevel("error");
        try {
            cluster.launch(plan, kafkaPort, line -> {
                out.println(line);
                out.flush();
            });
            cluster.watch.start();
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    private void launch(DemoPlan plan, int kafkaPort, Consumer<String> lines) {
        Path folder = plan.dataDirectory();
        Path token = token(folder);
        lines.accept("Starting " + plan.nodeCount() + " brokers …");
        for (int id = 1; id <= plan.nodeCount(); id++) {
            Path directory = folder.resolve("node-" + id);
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("data.dir", directory.toString());
            settings.put("log.level", "warn");
            settings.put("node.id", Integer.toString(id));
            settings.put("kafka.listen", "127.0.0.1:" + (id == 1 ? kafkaPort : 0));
            settings.put("http.listen", "off");
            settings.put(
                    "cluster.listen", "127.0.0.1:" + earlierPort(folder, id).orElse(0));
            settings.put("cluster.token.file", token.toString());
            if (id > 1) {
                firstAddress().ifPresent(first -> settings.put("cluster.join", first));
            }
            NodeProcess node = new NodeProcess(id, directory, settings);
            nodes.add(node);
            node.launch();
            if (id == 1) {
                node.awaitReady();
            }
        }
        nodes.forEach(NodeProcess::awaitReady);
        settle(lines);
    }

    private Optional<String> firstAddress() {
        return nodes.getFirst().address("cluster");
    }

    /** The others would look for it in vain at another port than before. */
    private static Optional<Integer> earlierPort(Path folder, int id) {
        try (Stream<String> lines = Files.lines(folder.resolve("node-" + id).resolve("peers"))) {
            return lines.map(line -> line.split(" ", -1))
                    .filter(words -> words.length == 3 && words[0].equals(Integer.toString(id)))
                    .map(words -> Integer.parseInt(words[2]))
                    .findFirst();
        } catch (IOException | UncheckedIOException none) {
            return Optional.empty();
        }
    }

    /** The secret of the nodes: whoever has it can become one. */
    static Path token(Path folder) {
        Path file = folder.resolve("token");
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[TOKEN_BYTES];
                new SecureRandom().nextBytes(secret);
                Files.createDirectories(folder);
                PrivateFile.create(file, HexFormat.of().formatHex(secret) + "\n");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until every node keeps every shard; before, the end of one could stop the others. */
    private void settle(Consumer<String> lines) {
        ControlClient first = ControlClient.of(nodes.getFirst().directory())
                .orElseThrow(() -> new IllegalStateException("node 1 cannot be asked"));
        try {
            first.ask(ClusterAction.PATH, Map.of("do", "rebalance", "wait", SETTLE_SECONDS), line -> {
                if (line.contains("to do: ")) {
                    lines.accept("  " + line);
                }
            });
        } catch (ControlException e) {
            throw new IllegalStateException("the nodes do not become a cluster: " + e.getMessage(), e);
        }
        lines.accept("");
    }

    @Override
    public String kafkaAddress() {
        return nodes.stream().flatMap(node -> node.address("kafka").stream()).collect(Collectors.joining(","));
    }

    @Override
    public List<Long> processIds() {
        return nodes.stream().map(NodeProcess::pid).toList();
    }

    @Override
    public List<String> standing() {
        return watch.lines();
    }

    @Override
    public void close() {
        watch.stop();
        // What is removed anyway needs no checkpoint.
        nodes.forEach(node -> node.stop(isTemporary));
        nodes.forEach(node -> node.awaitEnd(STOP_LIMIT));
    }
}
