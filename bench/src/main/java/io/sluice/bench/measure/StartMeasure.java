package io.sluice.bench.measure;

import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.bench.peer.Readiness;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From the start of the process to the first Metadata answer, on an empty folder and after a clean stop; idle memory. */
final class StartMeasure {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private StartMeasure() {}

    static Measure measure() {
        return new Measure(
                "start",
                "start to ready on an empty folder; second start with a topic of 4 partitions",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("readyMs", "start to ready, ms", new RatioAtMost(0.35)),
                        new Row("secondReadyMs", "second start to ready, ms, ours alone", new OursAtMost(600)),
                        new Row("cpuSeconds", "CPU s to ready", new ForTheRecord()),
                        new Row("idleRssMib", "idle RSS, MiB", new RatioAtMost(0.4))),
                18,
                StartMeasure::run);
    }

    private static Map<String, Double> run(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data)) {
            Map<String, Double> figures = new HashMap<>();
            figures.put("readyMs", broker.sinceLaunch().elapsedMs());
            figures.put("cpuSeconds", ProcessFigures.cpuSeconds(broker.pid()));
            figures.put("idleRssMib", ProcessFigures.rssMibAfterCollection(broker.pid()));
            BenchTopic.create(broker.kafkaAddress(), contender, 4);
            stop(broker);
            broker.restart();
            Readiness.await(broker);
            figures.put("secondReadyMs", broker.sinceLaunch().elapsedMs());
            return figures;
        }
    }

    private static void stop(BrokerUnderTest broker) {
        OsProcess.run(Duration.ofSeconds(10), "kill", "-TERM", Long.toString(broker.pid()));
        Stopwatch watch = Stopwatch.started();
        while (broker.isAlive()) {
            if (watch.hasPassed(STOP_LIMIT)) {
                throw new IllegalStateException("the broker does not stop:\n" + broker.output());
            }
            Stopwatch.sleep(Duration.ofMillis(20));
        }
    }
}
