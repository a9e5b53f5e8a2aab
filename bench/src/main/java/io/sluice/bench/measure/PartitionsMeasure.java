package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.RawResponses;
import io.sluice.testkit.Stopwatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One topic of 5,000 partitions: created, written to all over, and back after kill -9. Throughput is measured after one
 * batch has gone to each partition: Kafka syncs a leader epoch file and its directory at the first batch of each, and
 * would be measured at that alone.
 */
final class PartitionsMeasure {
    private static final int PARTITIONS = 5_000;
    private static final int PER_FRAME = 100;
    private static final int CONNECTIONS = 4;
    private static final Shape SHAPE = new Shape(1_200, 100);
    private static final Window.Timing TIMING = Window.Timing.ofSeconds(3, 0, 8);
    private static final Executor NEW_THREAD =
            task -> Thread.ofPlatform().daemon().start(task);

    private PartitionsMeasure() {}

    static Measure measure() {
        return new Measure(
                "partitions",
                "5,000 partitions in one topic, requests of 100 batches of 1.2 KB with 100 B records",
                Contender.SLUICE_OS,
                Contender.KAFKA,
                List.of(
                        new Row("createMs", "create until all answer, ms", new RatioAtMost(0.3)),
                        new Row("firstMs", "first batch to each, ms", new ForTheRecord()),
                        new Row("mbPerSecond", "produce over all, MB/s", new RatioAtLeast(2)),
                        new Row("restartMs", "kill -9 until all answer, ms", new RatioAtMost(0.2)),
                        new Row("cpuPerGb", "broker CPU s/GB", new ForTheRecord()),
                        new Row("openFiles", "open files", new ForTheRecord())),
                110,
                PartitionsMeasure::run);
    }

    private static Map<String, Double> run(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data)) {
            Stopwatch create = Stopwatch.started();
            BenchTopic.create(broker.kafkaAddress(), contender, PARTITIONS);
            double createMs = create.elapsedMs();
            List<List<ByteBuffer>> frames =
                    Frames.allPartitions(BenchTopic.NAME, CONNECTIONS, PARTITIONS, PER_FRAME, SHAPE);
            Stopwatch first = Stopwatch.started();
            writeOnce(broker.kafkaAddress(), frames.getFirst());
            double firstMs = first.elapsedMs();
            ProduceLoad.Plan plan = new ProduceLoad.Plan(broker.kafkaAddress(), frames, 2);
            Map<String, Double> figures = new HashMap<>(Window.measure(broker, plan, TIMING));
            figures.put("createMs", createMs);
            figures.put("firstMs", firstMs);
            figures.put("openFiles", (double) ProcessFigures.openFiles(broker.pid()));
            Stopwatch restart = Stopwatch.started();
            broker.kill9();
            broker.restart();
            BenchTopic.awaitAnswers(broker.kafkaAddress(), PARTITIONS);
            figures.put("restartMs", restart.elapsedMs());
            return figures;
        }
    }

    private static void writeOnce(String address, List<ByteBuffer> frames) {
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < CONNECTIONS; writer++) {
            int own = writer;
            writers.add(CompletableFuture.runAsync(() -> writeEach(address, frames, own), NEW_THREAD));
        }
        writers.forEach(CompletableFuture::join);
    }

    private static void writeEach(String address, List<ByteBuffer> frames, int first) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(address)) {
            for (int i = first; i < frames.size(); i += CONNECTIONS) {
                RawResponses.requireAcknowledged(connection.call(frames.get(i)));
            }
        }
    }
}
