package io.sluice.bench.measure;

import io.sluice.bench.load.IdleConnections;
import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What 10,000 silent connections cost: memory each, CPU of all. */
final class IdleConnectionsMeasure {
    private static final int CONNECTIONS = 10_000;
    /** Opened and closed before, so that code, pools and tables that stay are not counted as theirs. */
    private static final int WARM_UP = 1_000;

    private static final Duration WATCHED = Duration.ofSeconds(20);
    private static final double KIB_PER_MIB = 1_024;

    private IdleConnectionsMeasure() {}

    static Measure measure() {
        return new Measure(
                "idle-connections",
                "10,000 silent connections that asked for Metadata once",
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("kibEach", "RSS growth, KiB each, ours alone", new OursAtMost(10)),
                        new Row("cpuPercent", "broker CPU, % of a core, ours alone", new OursAtMost(1)),
                        new Row("restingCpuPercent", "the same before them", new ForTheRecord()),
                        new Row("openMs", "time to open them, ms", new ForTheRecord())),
                75,
                IdleConnectionsMeasure::run);
    }

    private static Map<String, Double> run(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data)) {
            IdleConnections.open(broker.kafkaAddress(), WARM_UP).close();
            double before = ProcessFigures.rssMibAfterCollection(broker.pid());
            Map<String, Double> figures = new HashMap<>();
            figures.put("restingCpuPercent", Window.idleCpuPercent(List.of(broker), WATCHED));
            Stopwatch opening = Stopwatch.started();
            try (IdleConnections _ = IdleConnections.open(broker.kafkaAddress(), CONNECTIONS)) {
                figures.put("openMs", opening.elapsedMs());
                double after = ProcessFigures.rssMibAfterCollection(broker.pid());
                figures.put("kibEach", (after - before) * KIB_PER_MIB / CONNECTIONS);
                figures.put("cpuPercent", Window.idleCpuPercent(List.of(broker), WATCHED));
            }
            return figures;
        }
    }
}
