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
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One topic of 5,000 partitions: created, written to all over, and back after kill -9. */
record PartitionsMeasure() implements Measure {
    private static final int PARTITIONS = 5_000;
    private static final int PER_FRAME = 100;
    private static final int CONNECTIONS = 4;
    private static final Shape SHAPE = new Shape(1_200, 100);
    private static final Window.Timing TIMING = Window.Timing.ofSeconds(3, 0, 8);

    @Override
    public String name() {
        return "partitions";
    }

    @Override
    public String title() {
        return "5,000 partitions in one topic, requests of 100 batches of 1.2 KB with 100 B records";
    }

    @Override
    public Contender ours() {
        return Contender.SLUICE_OS;
    }

    @Override
    public Contender theirs() {
        return Contender.KAFKA;
    }

    @Override
    public List<Row> rows() {
        return List.of(
                new Row("createMs", "create until all answer, ms", new RatioAtMost(0.3)),
                new Row("mbPerSecond", "produce over all, MB/s", new RatioAtLeast(2)),
                new Row("restartMs", "kill -9 until all answer, ms", new RatioAtMost(0.2)),
                new Row("cpuPerGb", "broker CPU s/GB", new ForTheRecord()),
                new Row("openFiles", "open files", new ForTheRecord()));
    }

    @Override
    public int secondsPerRun() {
        return 55;
    }

    @Override
    public Map<String, Double> run(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data)) {
            Stopwatch create = Stopwatch.started();
            BenchTopic.create(broker.kafkaAddress(), contender, PARTITIONS);
            double createMs = create.elapsedMs();
            ProduceLoad.Plan plan = new ProduceLoad.Plan(
                    broker.kafkaAddress(),
                    Frames.allPartitions(BenchTopic.NAME, CONNECTIONS, PARTITIONS, PER_FRAME, SHAPE),
                    2);
            Map<String, Double> figures = new HashMap<>(Window.measure(broker, plan, TIMING));
            figures.put("createMs", createMs);
            figures.put("openFiles", (double) ProcessFigures.openFiles(broker.pid()));
            Stopwatch restart = Stopwatch.started();
            broker.kill9();
            broker.restart();
            BenchTopic.awaitAnswers(broker.kafkaAddress(), PARTITIONS);
            figures.put("restartMs", restart.elapsedMs());
            return figures;
        }
    }
}
