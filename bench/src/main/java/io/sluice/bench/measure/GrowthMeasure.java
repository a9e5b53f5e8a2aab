package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.MetricsPage;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterAdmin;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;

/**
 * What a cluster of ours costs that has so many nodes, shards and partitions: with nothing to do, and under a short load that is
 * the same for all.
 */
public final class GrowthMeasure {
    /** Nodes that keep each partition, as {@code cluster.replication.factor} comes. */
    private static final int REPLICAS = 3;

    private static final int DEFAULT_REPLICAS = -1;
    private static final String BEFORE = "first";

    /** A multiple of one, three and five: every node has equally many. */
    private static final int CONNECTIONS = 15;

    private static final int IN_FLIGHT = 2;
    private static final int ATTEMPTS = 3;
    private static final Shape BATCH = new Shape(16 << 10, 1_024);
    private static final Window.Timing LOAD = Window.Timing.ofSeconds(15, 0, 5);
    private static final Duration REST = Duration.ofSeconds(15);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration AFTER_COLLECTION = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(200);

    private GrowthMeasure() {}

    /**
     * What is measured.
     *
     * @param nodes processes on this machine
     * @param shardsLeast shards of records, if there are fewer nodes
     * @param partitions of the one topic
     */
    public record Size(int nodes, int shardsLeast, int partitions) {
        int shards() {
            return Math.max(nodes, shardsLeast);
        }

        int replicas() {
            return Math.min(nodes, REPLICAS);
        }
    }

    /**
     * Starts a cluster on the empty folder, measures, and ends it.
     *
     * @return {@code createMs}; without load {@code idleCpuPercent} of all nodes, and after a collection {@code rssMib} and
     *     {@code heapMib} of a node; under load {@code mbPerSecond}, {@code p99Ms} and {@code cpuPerGb} of all nodes; after it
     *     {@code threads} and {@code openFiles} of a node. What is of a node is their mean
     * @throws RuntimeException if the cluster does not become what it should, or refuses a request
     */
    public static Map<String, Double> of(Size size, Path folder) {
        Map<String, String> settings = Map.of("cluster.shards", Integer.toString(size.shardsLeast()));
        try (ClusterProcesses cluster =
                ClusterProcesses.start(BrokerCommand.ofLauncher(), folder, size.nodes(), settings)) {
            awaitShards(cluster, size.shards());
            cluster.createTopics(List.of(BEFORE), size.shards());
            ClusterTopic.awaitWhole(cluster, BEFORE, size.replicas());
            Map<String, Double> figures = new HashMap<>();
            figures.put("createMs", createMs(cluster, size.partitions()));
            ClusterTopic.awaitWhole(cluster, BenchTopic.NAME, size.replicas());
            Stopwatch.sleep(REST);
            figures.put("idleCpuPercent", Window.idleCpuPercent(cluster.nodes(), IDLE));
            figures.putAll(memory(cluster.nodes()));
            figures.putAll(underLoad(cluster, size.replicas()));
            figures.put("threads", mean(cluster.nodes(), ProcessFigures::threads));
            figures.put("openFiles", mean(cluster.nodes(), ProcessFigures::openFiles));
            return figures;
        }
    }

    /** Each shard has one leader, and so has the metadata. */
    private static void awaitShards(ClusterProcesses cluster, int shards) {
        Stopwatch watch = Stopwatch.started();
        while (leaders(cluster) < shards + 1) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("there are not " + shards + " shards after " + LIMIT);
            }
            Stopwatch.sleep(LOOK);
        }
    }

    private static double leaders(ClusterProcesses cluster) {
        return cluster.nodes().stream()
                .mapToDouble(node -> MetricsPage.of(node).value("sluice_shard_leading"))
                .sum();
    }

    private static double createMs(ClusterProcesses cluster, int partitions) {
        try (ClusterAdmin admin = new ClusterAdmin(cluster.addresses())) {
            // Whoever connects first pays for it.
            admin.partitions(BEFORE);
            Stopwatch watch = Stopwatch.started();
            admin.create(List.of(BenchTopic.NAME), partitions, DEFAULT_REPLICAS, Map.of());
            ClusterTopic.awaitAnswers(cluster.nodes(), partitions);
            return watch.elapsedMs();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create the topic", e);
        }
    }

    private static Map<String, Double> memory(List<BrokerProcess> nodes) {
        nodes.forEach(node -> ProcessFigures.collect(node.pid()));
        Stopwatch.sleep(AFTER_COLLECTION);
        return Map.of(
                "rssMib", mean(nodes, ProcessFigures::rssMib), "heapMib", mean(nodes, ProcessFigures::liveHeapMib));
    }

    /** Where leaders change meanwhile it is tried again: the load asks nobody who leads. */
    private static Map<String, Double> underLoad(ClusterProcesses cluster, int replicas) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                return underLoad(cluster);
            } catch (UncheckedIOException refused) {
                ClusterTopic.awaitWhole(cluster, BenchTopic.NAME, replicas);
            }
        }
        return underLoad(cluster);
    }

    private static Map<String, Double> underLoad(ClusterProcesses cluster) {
        Frames.ToLeaders frames =
                Frames.toLeaders(BenchTopic.NAME, CONNECTIONS, ClusterTopic.leaders(cluster, BenchTopic.NAME), BATCH);
        ProduceLoad.Plan plan = new ProduceLoad.Plan(frames.addresses(), frames.frames(), IN_FLIGHT);
        Map<String, Double> measured = Window.measure(cluster.nodes(), plan, LOAD);
        Map<String, Double> figures = new HashMap<>();
        for (String name : List.of("mbPerSecond", "cpuPerGb", "p99Ms")) {
            figures.put(name, Objects.requireNonNull(measured.get(name)));
        }
        return figures;
    }

    private static double mean(List<BrokerProcess> nodes, ToDoubleFunction<Long> figure) {
        return nodes.stream()
                .mapToDouble(node -> figure.applyAsDouble(node.pid()))
                .average()
                .orElseThrow();
    }
}
