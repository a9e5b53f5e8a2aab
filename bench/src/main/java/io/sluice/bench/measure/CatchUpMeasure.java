package io.sluice.bench.measure;

import io.sluice.bench.load.FetchLoad;
import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reading a gigabyte that lies in the page cache, from the first offset, in answers of 1 MiB. */
final class CatchUpMeasure {
    private static final long FILL_BYTES = 1_000_000_000;
    private static final Duration FILL_LIMIT = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration DURATION = Duration.ofSeconds(6);

    private CatchUpMeasure() {}

    static Measure measure() {
        return new Measure(
                "fetch",
                "catch-up consume from the page cache, 1 MiB answers, 1 connection",
                Contender.SLUICE_OS,
                Contender.KAFKA,
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(0.95)),
                        new Row("cpuPerGb", "broker CPU s/GB", new RatioAtMost(1.1))),
                25,
                Measure.Run.onTopic(1, CatchUpMeasure::run));
    }

    private static Map<String, Double> run(BrokerUnderTest broker) {
        fill(broker);
        try (RawKafkaConnection connection = RawKafkaConnection.connect(broker.kafkaAddress())) {
            FetchLoad load = new FetchLoad(connection, BenchTopic.NAME);
            load.readFor(WARM_UP);
            double cpu = ProcessFigures.cpuSeconds(broker.pid());
            Stopwatch watch = Stopwatch.started();
            long bytes = load.readFor(DURATION);
            double seconds = watch.elapsedSeconds();
            cpu = ProcessFigures.cpuSeconds(broker.pid()) - cpu;
            return Map.of("mbPerSecond", bytes / 1e6 / seconds, "cpuPerGb", cpu / (bytes / 1e9));
        }
    }

    private static void fill(BrokerUnderTest broker) {
        ProduceLoad.Plan plan = new ProduceLoad.Plan(
                broker.kafkaAddress(), Frames.onePartitionEach(BenchTopic.NAME, 1, 1, new Shape(64 << 10, 1_024)), 4);
        Stopwatch watch = Stopwatch.started();
        try (ProduceLoad load = ProduceLoad.start(plan)) {
            while (load.requests() >= 0 && load.bytes() < FILL_BYTES) {
                if (watch.hasPassed(FILL_LIMIT)) {
                    throw new IllegalStateException("filling takes longer than " + FILL_LIMIT);
                }
                Stopwatch.sleep(Duration.ofMillis(20));
            }
        }
        Stopwatch.sleep(SETTLE);
    }
}
