package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Three brokers on one machine beside three: everything on all, acknowledged when two have it. */
final class ClusterMeasures {
    static final int NODES = 3;
    private static final int IN_FLIGHT = 4;
    private static final int VALUE_BYTES = 1_024;
    private static final int SMALL_BATCH_BYTES = 16 << 10;
    private static final int LARGE_BATCH_BYTES = 128 << 10;
    private static final int RECORDS_PER_SECOND = 1_000;
    private static final int MANY_PARTITIONS = Integer.getInteger("bench.cluster.partitions", 1_000);
    private static final Window.Timing STEADY = Window.Timing.ofSeconds(60, 0, 12);
    private static final Duration REST = Duration.ofSeconds(15);
    private static final Duration IDLE = Duration.ofSeconds(20);

    private ClusterMeasures() {}

    static List<Measure> all() {
        return List.of(
                produce("cluster-16k", SMALL_BATCH_BYTES, Contender.KAFKA, besideUnsynced()),
                produce("cluster-128k", LARGE_BATCH_BYTES, Contender.KAFKA, besideUnsynced()),
                produce("cluster-16k-synced", SMALL_BATCH_BYTES, Contender.KAFKA_FLUSH_EACH, besideSynced()),
                produce("cluster-128k-synced", LARGE_BATCH_BYTES, Contender.KAFKA_FLUSH_EACH, besideSynced()),
                latency(),
                partitions(),
                ClusterReturnMeasure.measure());
    }

    /** A run on a cluster that has the topic of the bench with so many partitions, each led where it shall be. */
    static Measure.Run onTopic(int partitions, Function<ClusterUnderTest, Map<String, Double>> measuring) {
        return (contender, data) -> {
            try (ClusterUnderTest cluster = contender.startCluster(data, NODES)) {
                cluster.createTopics(List.of(BenchTopic.NAME), partitions, contender.topicConfigs());
                ClusterTopic.awaitWhole(cluster, BenchTopic.NAME);
                return measuring.apply(cluster);
            }
        };
    }

    private static List<Row> besideUnsynced() {
        return List.of(
                new Row("mbPerSecond", "MB/s", new RatioAtLeast(1)),
                new Row("cpuPerGb", "CPU of the three, s/GB", new RatioAtMost(1.3)),
                new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord()));
    }

    private static List<Row> besideSynced() {
        return List.of(
                new Row("mbPerSecond", "MB/s", new RatioAtLeast(3)),
                new Row("cpuPerGb", "CPU of the three, s/GB", new ForTheRecord()),
                new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord()));
    }

    private static Measure produce(String name, int batchBytes, Contender theirs, List<Row> rows) {
        return new Measure(
                name,
                "three brokers, raw produce, %d KiB batches of 1 KiB records, one partition and connection each × %d, beside %s"
                        .formatted(batchBytes >> 10, IN_FLIGHT, theirs.label()),
                Contender.SLUICE,
                theirs,
                rows,
                STEADY.totalSeconds() + 30,
                onTopic(NODES, cluster -> produced(cluster, new Shape(batchBytes, VALUE_BYTES))));
    }

    private static Map<String, Double> produced(ClusterUnderTest cluster, Shape shape) {
        ProduceLoad.Plan plan = new ProduceLoad.Plan(
                ClusterTopic.leaders(cluster, BenchTopic.NAME),
                Frames.onePartitionEach(BenchTopic.NAME, NODES, NODES, shape),
                IN_FLIGHT);
        return Window.measure(cluster.nodes(), plan, STEADY);
    }

    private static Measure latency() {
        return new Measure(
                "cluster-latency",
                "three brokers, end to end at 1,000 records/s of 100 B, kafka-clients, acks=all",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("p50Ms", "p50, ms", new OursAtMost(2)),
                        new Row("p50Ms", "the same beside theirs", new ForTheRecord()),
                        new Row("p99Ms", "p99, ms", new RatioAtMost(1.5))),
                70,
                onTopic(1, cluster -> EndToEndMeasure.run(cluster.addresses(), RECORDS_PER_SECOND)));
    }

    private static Measure partitions() {
        return new Measure(
                "cluster-partitions",
                "three brokers, %,d partitions on all three".formatted(MANY_PARTITIONS),
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("createMs", "create until all answer, ms", new RatioAtMost(0.5)),
                        new Row("failoverMs", "one of three killed, until all answer, ms", new RatioAtMost(0.5)),
                        new Row("idleCpuPercent", "idle CPU of the three, % of a core", new RatioAtMost(1))),
                90,
                (contender, data) -> {
                    try (ClusterUnderTest cluster = contender.startCluster(data, NODES)) {
                        return manyPartitions(contender, cluster);
                    }
                });
    }

    private static Map<String, Double> manyPartitions(Contender contender, ClusterUnderTest cluster) {
        cluster.createTopics(List.of("first"), NODES, contender.topicConfigs());
        ClusterTopic.awaitWhole(cluster, "first");
        Stopwatch create = Stopwatch.started();
        cluster.createTopics(List.of(BenchTopic.NAME), MANY_PARTITIONS, contender.topicConfigs());
        ClusterTopic.awaitAnswers(cluster.nodes(), MANY_PARTITIONS);
        double createMs = create.elapsedMs();
        ClusterTopic.awaitWhole(cluster, BenchTopic.NAME);
        Stopwatch.sleep(REST);
        double idleCpuPercent = Window.idleCpuPercent(cluster.nodes(), IDLE);
        BrokerUnderTest victim = cluster.nodeOf(NODES);
        Stopwatch failover = Stopwatch.started();
        victim.kill9();
        ClusterTopic.awaitAnswers(cluster.nodes().subList(0, NODES - 1), MANY_PARTITIONS);
        return Map.of("createMs", createMs, "idleCpuPercent", idleCpuPercent, "failoverMs", failover.elapsedMs());
    }
}
