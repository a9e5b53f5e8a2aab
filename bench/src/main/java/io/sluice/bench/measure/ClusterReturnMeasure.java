package io.sluice.bench.measure;

import io.sluice.bench.load.SteadyProducer;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtLeast;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawRequests;
import io.sluice.testkit.RawRequests.FetchLimits;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.RawResponses.Fetched;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterUnderTest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A node is away while gigabytes are written, and comes back while 30 MB/s still come in: how fast it gets what it missed,
 * its start included, and what that does to acknowledgements. The node leads none of the partitions.
 */
final class ClusterReturnMeasure {
    private static final int PARTITIONS = 2;
    private static final long MISSED_BYTES = Long.getLong("bench.cluster.missed.mib", 5 << 10) << 20;
    private static final double BYTES_PER_SECOND = 30e6;
    private static final int ANSWER_BYTES = 64 << 10;
    private static final Duration STEADY = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private ClusterReturnMeasure() {}

    static Measure measure() {
        return new Measure(
                "cluster-return",
                "three brokers, one back after %d MiB, kafka-clients, 30 MB/s coming in".formatted(MISSED_BYTES >> 20),
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("mbPerSecond", "got what it missed, MB/s", new OursAtLeast(100)),
                        new Row("mbPerSecond", "the same beside theirs", new ForTheRecord()),
                        new Row("p99Growth", "acknowledgement p99, meanwhile ÷ before", new OursAtMost(2)),
                        new Row("p99Ms", "acknowledgement p99 meanwhile, ms", new ForTheRecord())),
                220,
                ClusterMeasures.onTopic(PARTITIONS, ClusterReturnMeasure::run));
    }

    private static Map<String, Double> run(ClusterUnderTest cluster) {
        List<String> leaders = ClusterTopic.leaders(cluster, BenchTopic.NAME);
        BrokerUnderTest victim = cluster.nodes().stream()
                .filter(node -> !leaders.contains(node.kafkaAddress()))
                .findFirst()
                .orElseThrow();
        double beforeMs = p99Before(cluster);
        victim.kill9();
        long missed = fill(cluster);
        SteadyProducer load = SteadyProducer.start(plan(cluster, BYTES_PER_SECOND));
        double seconds;
        try (load) {
            Stopwatch.sleep(STEADY);
            missed += load.bytes();
            List<Long> ends = ends(ClusterTopic.leaders(cluster, BenchTopic.NAME));
            load.forgetLatencies();
            Stopwatch back = Stopwatch.started();
            victim.relaunch();
            awaitThere(victim.kafkaAddress(), ends, load, back);
            seconds = back.elapsedSeconds();
        }
        double p99Ms = load.latencies().percentileMs(99);
        return Map.of(
                "mbPerSecond",
                missed / 1e6 / seconds,
                "p99Ms",
                p99Ms,
                "p99Growth",
                p99Ms / beforeMs,
                "seconds",
                seconds);
    }

    private static SteadyProducer.Plan plan(ClusterUnderTest cluster, double bytesPerSecond) {
        return new SteadyProducer.Plan(cluster.addresses(), BenchTopic.NAME, PARTITIONS, bytesPerSecond);
    }

    private static double p99Before(ClusterUnderTest cluster) {
        SteadyProducer load = SteadyProducer.start(plan(cluster, BYTES_PER_SECOND));
        try (load) {
            Stopwatch.sleep(STEADY);
            load.forgetLatencies();
            Stopwatch.sleep(STEADY);
            load.bytes();
        }
        return load.latencies().percentileMs(99);
    }

    private static long fill(ClusterUnderTest cluster) {
        Stopwatch watch = Stopwatch.started();
        SteadyProducer load = SteadyProducer.start(plan(cluster, 0));
        try (load) {
            while (load.bytes() < MISSED_BYTES) {
                if (watch.hasPassed(LIMIT)) {
                    throw new IllegalStateException("filling takes longer than " + LIMIT);
                }
                Stopwatch.sleep(LOOK);
            }
        }
        return load.bytes();
    }

    private static Fetched fetched(RawKafkaConnection connection, int partition, long offset) {
        return RawResponses.fetched(
                connection.call(RawRequests.fetch(BenchTopic.NAME, partition, new FetchLimits(0, 0, ANSWER_BYTES))
                        .from(offset)));
    }

    private static List<Long> ends(List<String> leaders) {
        List<Long> ends = new ArrayList<>();
        for (int partition = 0; partition < leaders.size(); partition++) {
            try (RawKafkaConnection connection = RawKafkaConnection.connect(leaders.get(partition))) {
                Fetched first = fetched(connection, partition, 0);
                if (first.error() != 0) {
                    throw new IllegalStateException("a leader answers error " + first.error());
                }
                ends.add(first.highWatermark());
            }
        }
        return ends;
    }

    private static void awaitThere(String address, List<Long> ends, SteadyProducer load, Stopwatch watch) {
        while (!isThere(address, ends)) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("the node has not got what it missed after " + LIMIT);
            }
            load.bytes();
            Stopwatch.sleep(LOOK);
        }
    }

    /** Whether the node itself gives out the last record before each of the ends. */
    private static boolean isThere(String address, List<Long> ends) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            return IntStream.range(0, ends.size()).allMatch(partition -> {
                Fetched last = fetched(connection, partition, ends.get(partition) - 1);
                return last.error() == 0 && last.recordBytes() > 0;
            });
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }
}
