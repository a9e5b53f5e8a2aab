package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * redis-benchmark adds entries of 100 bytes on 50 connections: as many as take about ten seconds.
 *
 * @param pipelined requests on their way on each connection
 * @param warmUp how long before
 */
record RedisAddMeasure(int pipelined, Duration warmUp) implements Measure.Run {
    private static final double SECONDS = Integer.getInteger("bench.redis.seconds", 10);
    private static final int FIRST = 100_000;

    private record Figures(double perSecond, double p50Ms, double p99Ms) {}

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = RedisContender.start(contender, data, Map.of())) {
            String port = RedisContender.port(broker);
            double rate = add(port, FIRST).perSecond();
            Stopwatch watch = Stopwatch.started();
            while (!watch.hasPassed(warmUp)) {
                rate = add(port, count(rate)).perSecond();
            }
            double cpuBefore = ProcessFigures.cpuSeconds(broker.pid());
            int count = count(rate);
            Figures figures = add(port, count);
            double cpu = ProcessFigures.cpuSeconds(broker.pid()) - cpuBefore;
            return Map.of(
                    "entriesPerSecond", figures.perSecond(),
                    "p50Ms", figures.p50Ms(),
                    "p99Ms", figures.p99Ms(),
                    "cpuPerMillion", cpu / (count / 1e6));
        }
    }

    private static int count(double rate) {
        return Math.toIntExact(Math.round(rate * SECONDS));
    }

    private Figures add(String port, int count) {
        String output = RedisContender.add(port, pipelined, count);
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        String[] lines = output.strip().split("\n", -1);
        String[] fields = lines[lines.length - 1].replace("\"", "").split(",", -1);
        int last = fields.length - 1;
        return new Figures(
                Double.parseDouble(fields[last - 6]),
                Double.parseDouble(fields[last - 3]),
                Double.parseDouble(fields[last - 1]));
    }
}
