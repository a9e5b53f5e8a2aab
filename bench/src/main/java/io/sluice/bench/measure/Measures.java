package io.sluice.bench.measure;

import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.measure.Row.DifferenceAtMost;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import java.util.List;
import java.util.stream.Stream;

/** Every measure, with what is asked of it. */
public final class Measures {
    private static final int BATCH_BYTES = 64 << 10;
    private static final ProduceMeasure.Load BATCHES_OF_1K =
            new ProduceMeasure.Load(4, 4, new Shape(BATCH_BYTES, 1_024));
    private static final ProduceMeasure.Load BATCHES_OF_100 =
            new ProduceMeasure.Load(4, 4, new Shape(BATCH_BYTES, 100));
    private static final ProduceMeasure.Load SINGLES = new ProduceMeasure.Load(64, 1, Shape.single(1_024));
    private static final ProduceMeasure.Load TEN_OF_100 = new ProduceMeasure.Load(200, 1, new Shape(1_100, 100));
    private static final Window.Timing STEADY = Window.Timing.ofSeconds(4, 0, 6);

    private Measures() {}

    /** All of them, in the order of the table. */
    public static List<Measure> all() {
        return Stream.of(ofKafka(), ClusterMeasures.all(), RedisMeasures.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Measure> ofKafka() {
        return List.of(
                StartMeasure.measure(),
                raw1k(),
                generatorLimit(),
                raw100(),
                burst(),
                sustained(),
                syncedSingles(),
                syncedBatches(),
                CatchUpMeasure.measure(),
                endToEndOs(),
                endToEndSynced(),
                RecoveryMeasure.measure(),
                IdleConnectionsMeasure.measure(),
                PartitionsMeasure.measure(),
                PerfToolMeasure.measure("perf-100", 100, "none", 5_000_000),
                PerfToolMeasure.measure("perf-100-lz4", 100, "lz4", 5_000_000),
                PerfToolMeasure.measure("perf-1k", 1_024, "none", 1_000_000),
                PerfToolMeasure.measure("perf-1k-lz4", 1_024, "lz4", 1_000_000),
                manyProducers("producers-200", Contender.SLUICE_OS),
                manyProducers("producers-200-synced", Contender.SLUICE),
                RebalanceMeasure.measure("rebalance-classic", "classic"),
                RebalanceMeasure.measure("rebalance-consumer", "consumer"),
                ShareMeasure.measure("share-100", 1, 100, 2_400_000_000L),
                ShareMeasure.measure("share-100-4", 4, 100, 4_800_000_000L),
                ShareMeasure.measure("share-1k", 1, 1_024, 8_000_000_000L),
                ShareMeasure.measure("share-1k-4", 4, 1_024, 16_000_000_000L),
                CompactionMeasure.measure(),
                MetricsScrapeMeasure.measure());
    }

    private static Measure produce(
            String name, String title, Contender ours, Contender theirs, ProduceMeasure measured, List<Row> rows) {
        return new Measure(name, title, ours, theirs, rows, measured.secondsPerRun(), measured.run());
    }

    private static Measure raw1k() {
        return produce(
                "raw-1k",
                "raw produce, 64 KiB batches of 1 KiB records, 4 connections × 4, unsynced both",
                Contender.SLUICE_OS,
                Contender.KAFKA,
                new ProduceMeasure(BATCHES_OF_1K, STEADY),
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(1.3)),
                        new Row("cpuPerGb", "broker CPU s/GB", new RatioAtMost(0.6)),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord()),
                        new Row("rssMib", "RSS after load, MiB", new RatioAtMost(0.5))));
    }

    private static Measure generatorLimit() {
        return produce(
                "generator-limit",
                "raw-1k against a peer that only answers: what the load generator can send at most",
                Contender.SLUICE_OS,
                Contender.NULL_BROKER,
                new ProduceMeasure(BATCHES_OF_1K, STEADY),
                List.of(
                        new Row("mbPerSecond", "MB/s", new ForTheRecord()),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord())));
    }

    private static Measure raw100() {
        return produce(
                "raw-100",
                "the same, 100 B records",
                Contender.SLUICE_OS,
                Contender.KAFKA,
                new ProduceMeasure(BATCHES_OF_100, STEADY),
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(1.5)),
                        new Row("cpuPerGb", "broker CPU s/GB", new RatioAtMost(0.5)),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord())));
    }

    private static Measure burst() {
        return produce(
                "burst",
                "ours synced, Kafka unsynced: bursts of 5 s after a rest, 64 KiB batches",
                Contender.SLUICE,
                Contender.KAFKA,
                new ProduceMeasure(BATCHES_OF_1K, Window.Timing.ofSeconds(3, 5, 5)),
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(0.7)),
                        new Row("cpuPerGb", "broker CPU s/GB", new ForTheRecord())));
    }

    private static Measure sustained() {
        return produce(
                "sustained",
                "ours synced, Kafka unsynced: 25 s, past the dirty limit, 64 KiB batches",
                Contender.SLUICE,
                Contender.KAFKA,
                new ProduceMeasure(BATCHES_OF_1K, Window.Timing.ofSeconds(3, 5, 25)),
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(1)),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord())));
    }

    private static Measure syncedSingles() {
        return produce(
                "synced-singles",
                "both synced: one 1 KiB record a request, 64 connections",
                Contender.SLUICE,
                Contender.KAFKA_FLUSH_EACH,
                new ProduceMeasure(SINGLES, STEADY),
                List.of(
                        new Row("requestsPerSecond", "records/s", new RatioAtLeast(5)),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord()),
                        new Row("cpuPerMillion", "broker CPU s/million", new ForTheRecord())));
    }

    private static Measure syncedBatches() {
        return produce(
                "synced-batches",
                "both synced: 64 KiB batches, 4 connections × 4",
                Contender.SLUICE,
                Contender.KAFKA_FLUSH_EACH,
                new ProduceMeasure(BATCHES_OF_1K, STEADY),
                List.of(
                        new Row("mbPerSecond", "MB/s", new RatioAtLeast(2)),
                        new Row("p99Ms", "acknowledgement p99, ms", new ForTheRecord())));
    }

    private static Measure manyProducers(String name, Contender ours) {
        return produce(
                name,
                "200 connections, one request of ten 100 B records in flight on each, acks=all, " + ours.label(),
                ours,
                Contender.KAFKA,
                new ProduceMeasure(TEN_OF_100, STEADY),
                List.of(
                        new Row("recordsPerSecond", "records/s", new RatioAtLeast(1.5)),
                        new Row("p99Ms", "acknowledgement p99, ms", new RatioAtMost(0.5))));
    }

    private static Measure endToEndOs() {
        return EndToEndMeasure.measure(
                "latency-os",
                Contender.SLUICE_OS,
                List.of(
                        new Row("p50Ms", "p50, ms", new RatioAtMost(0.7)),
                        new Row("p99Ms", "p99, ms", new RatioAtMost(0.7))));
    }

    private static Measure endToEndSynced() {
        return EndToEndMeasure.measure(
                "latency-synced",
                Contender.SLUICE,
                List.of(
                        new Row("p50Ms", "p50, ms", new DifferenceAtMost(0.5)),
                        new Row("p99Ms", "p99, ms", new RatioAtMost(1))));
    }
}
