package io.sluice.bench.measure;

import io.sluice.bench.load.Frames;
import io.sluice.bench.load.Frames.Shape;
import io.sluice.bench.load.ProduceLoad;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Raw produce requests as fast as they are acknowledged.
 *
 * @param load how many connections send what
 * @param timing when is measured
 */
record ProduceMeasure(Load load, Window.Timing timing) {
    private static final int PARTITIONS = 4;
    private static final int OVERHEAD_SECONDS = 12;

    /**
     * The load.
     *
     * @param connections at the same time
     * @param inFlight requests on their way on each
     * @param shape of each request's one batch
     */
    record Load(int connections, int inFlight, Shape shape) {}

    int secondsPerRun() {
        return timing.totalSeconds() + OVERHEAD_SECONDS;
    }

    Measure.Run run() {
        return Measure.Run.onTopic(PARTITIONS, this::measured);
    }

    private Map<String, Double> measured(BrokerUnderTest broker) {
        ProduceLoad.Plan plan = new ProduceLoad.Plan(
                broker.kafkaAddress(),
                Frames.onePartitionEach(BenchTopic.NAME, load.connections(), PARTITIONS, load.shape()),
                load.inFlight());
        Map<String, Double> figures = new HashMap<>(Window.measure(broker, plan, timing));
        figures.put("recordsPerSecond", Objects.requireNonNull(figures.get("requestsPerSecond")) * recordsPerRequest());
        figures.put("rssMib", ProcessFigures.rssMibAfterCollection(broker.pid()));
        return figures;
    }

    private int recordsPerRequest() {
        return RawBatch.recordCount(load.shape().batch());
    }
}
