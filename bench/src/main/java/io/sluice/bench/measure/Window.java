package io.sluice.bench.measure;

import io.sluice.bench.load.ProduceLoad;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stretch of time in which a running load and the CPU of brokers are watched. */
final class Window {
    /** Work that the broker put off counts: CPU is read again this long after the load has ended. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private static final double PERCENT = 100;

    private Window() {}

    /**
     * When is measured.
     *
     * @param warmUp load before, not measured
     * @param rest quiet between warm-up and load, so that no dirty pages are left; zero: the load just goes on
     * @param duration of what is measured
     */
    record Timing(Duration warmUp, Duration rest, Duration duration) {
        static Timing ofSeconds(int warmUp, int rest, int duration) {
            return new Timing(Duration.ofSeconds(warmUp), Duration.ofSeconds(rest), Duration.ofSeconds(duration));
        }

        int totalSeconds() {
            return (int) warmUp.plus(rest).plus(duration).plus(AFTERMATH).toSeconds();
        }
    }

    /**
     * Lets {@code plan} run and measures it as {@code timing} says.
     *
     * @return {@code mbPerSecond}, {@code requestsPerSecond}, {@code cpuPerGb} (CPU seconds), {@code cpuPerMillion}
     *     (CPU seconds a million requests), {@code p50Ms}, {@code p99Ms}
     */
    static Map<String, Double> measure(BrokerUnderTest broker, ProduceLoad.Plan plan, Timing timing) {
        return measure(List.of(broker), plan, timing);
    }

    /** The same on several brokers, whose CPU is taken together. */
    static Map<String, Double> measure(List<? extends BrokerUnderTest> brokers, ProduceLoad.Plan plan, Timing timing) {
        if (timing.rest().isZero()) {
            return measure(brokers, plan, timing.warmUp(), timing.duration());
        }
        try (ProduceLoad warmUp = ProduceLoad.start(plan)) {
            Stopwatch.sleep(timing.warmUp());
            warmUp.requests();
        }
        Stopwatch.sleep(timing.rest());
        return measure(brokers, plan, Duration.ZERO, timing.duration());
    }

    private static Map<String, Double> measure(
            List<? extends BrokerUnderTest> brokers, ProduceLoad.Plan plan, Duration warmUp, Duration duration) {
        ProduceLoad load = ProduceLoad.start(plan);
        double cpuBefore;
        long bytes;
        long requests;
        double seconds;
        try (load) {
            Stopwatch.sleep(warmUp);
            load.forgetLatencies();
            bytes = load.bytes();
            requests = load.requests();
            cpuBefore = cpuSeconds(brokers);
            Stopwatch watch = Stopwatch.started();
            Stopwatch.sleep(duration);
            seconds = watch.elapsedSeconds();
            bytes = load.bytes() - bytes;
            requests = load.requests() - requests;
        }
        Stopwatch.sleep(AFTERMATH);
        double cpu = cpuSeconds(brokers) - cpuBefore;
        Map<String, Double> figures = new HashMap<>();
        figures.put("mbPerSecond", bytes / 1e6 / seconds);
        figures.put("requestsPerSecond", requests / seconds);
        figures.put("cpuPerGb", cpu / (bytes / 1e9));
        figures.put("cpuPerMillion", cpu / (requests / 1e6));
        figures.put("p50Ms", load.latencies().percentileMs(50));
        figures.put("p99Ms", load.latencies().percentileMs(99));
        return figures;
    }

    /** What the processes use together while nobody asks them for anything, in percent of a core. */
    static double idleCpuPercent(List<? extends BrokerUnderTest> brokers, Duration duration) {
        double before = cpuSeconds(brokers);
        Stopwatch watch = Stopwatch.started();
        Stopwatch.sleep(duration);
        return PERCENT * (cpuSeconds(brokers) - before) / watch.elapsedSeconds();
    }

    /** What the processes have used so far, together. */
    static double cpuSeconds(List<? extends BrokerUnderTest> brokers) {
        return brokers.stream()
                .mapToDouble(broker -> ProcessFigures.cpuSeconds(broker.pid()))
                .sum();
    }
}
