package io.sluice.bench.measure;

import io.sluice.bench.load.LatencyHistogram;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.RespConnection;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * From just before an XADD is sent to the answer of the one reader that waits for it.
 *
 * @param warmUp how long before
 */
record RedisBlockedMeasure(Duration warmUp) implements Measure.Run {
    private static final Duration DURATION = Duration.ofSeconds(8);
    private static final long PERIOD_NS = 1_000_000;

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = RedisContender.start(contender, data, Map.of());
                RespConnection writer = RespConnection.open(RedisContender.address(broker));
                RespConnection reader = RespConnection.open(RedisContender.address(broker))) {
            writer.call("XADD", "bench:s", "*", "at", "0");
            play(writer, reader, warmUp);
            LatencyHistogram latencies = play(writer, reader, DURATION);
            return Map.of("p50Ms", latencies.percentileMs(50), "p99Ms", latencies.percentileMs(99));
        }
    }

    /** The reader's answers end with the entry that says so. */
    private static LatencyHistogram play(RespConnection writer, RespConnection reader, Duration duration) {
        LatencyHistogram latencies = new LatencyHistogram();
        AtomicReference<String> from = new AtomicReference<>(
                writer.call("XADD", "bench:s", "*", "at", "0").toString());
        Thread reading = Thread.ofPlatform().start(() -> read(reader, from.get(), latencies));
        Stopwatch watch = Stopwatch.started();
        long nextNs = System.nanoTime();
        while (!watch.hasPassed(duration)) {
            nextNs += PERIOD_NS;
            LockSupport.parkNanos(Math.max(0, nextNs - System.nanoTime()));
            writer.call("XADD", "bench:s", "*", "at", Long.toString(System.nanoTime()));
        }
        writer.call("XADD", "bench:s", "*", "at", "end");
        try {
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return latencies;
    }

    private static void read(RespConnection reader, String first, LatencyHistogram latencies) {
        String after = first;
        while (true) {
            Object reply = reader.call("XREAD", "BLOCK", "0", "STREAMS", "bench:s", after);
            long nowNs = System.nanoTime();
            List<?> entries = (List<?>) ((List<?>) ((List<?>) reply).getFirst()).get(1);
            for (Object each : entries) {
                List<?> entry = (List<?>) each;
                after = entry.getFirst().toString();
                String at = ((List<?>) entry.get(1)).get(1).toString();
                if (at.equals("end")) {
                    return;
                }
                latencies.record(nowNs - Long.parseLong(at));
            }
        }
    }
}
