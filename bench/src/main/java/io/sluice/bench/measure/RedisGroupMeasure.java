package io.sluice.bench.measure;

import io.sluice.bench.load.GroupConsumer;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RespConnection;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Consumers of one group read entries of 100 bytes that are there and acknowledge each lot before they ask for the next.
 *
 * @param consumers how many
 * @param count entries that each asks for at once
 * @param warmUp how long before
 */
record RedisGroupMeasure(int consumers, int count, Duration warmUp) implements Measure.Run {
    private static final Duration DURATION = Duration.ofSeconds(10);
    private static final int ENTRIES = 500_000;
    private static final int PIPELINED = 1_000;
    private static final String STREAM = "bench:s";
    private static final String VALUE = "x".repeat(100);

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = RedisContender.start(contender, data, Map.of())) {
            String address = RedisContender.address(broker);
            load(address);
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicLong acknowledged = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < consumers; i++) {
                String name = "c" + i;
                threads.add(Thread.ofPlatform().start(() -> consume(address, name, acknowledged, isOver)));
            }
            Stopwatch.sleep(warmUp);
            double cpuBefore = ProcessFigures.cpuSeconds(broker.pid());
            long before = acknowledged.get();
            Stopwatch watch = Stopwatch.started();
            Stopwatch.sleep(DURATION);
            double entries = acknowledged.get() - before;
            double seconds = watch.elapsedSeconds();
            double cpu = ProcessFigures.cpuSeconds(broker.pid()) - cpuBefore;
            isOver.set(true);
            threads.forEach(RedisGroupMeasure::join);
            return Map.of("entriesPerSecond", entries / seconds, "cpuPerMillion", cpu / (entries / 1e6));
        }
    }

    private static void load(String address) {
        try (RespConnection redis = RespConnection.open(address)) {
            for (int loaded = 0; loaded < ENTRIES; loaded += PIPELINED) {
                for (int i = 0; i < PIPELINED; i++) {
                    redis.send("XADD", STREAM, "*", "v", VALUE);
                }
                for (int i = 0; i < PIPELINED; i++) {
                    redis.reply();
                }
            }
            redis.call("XGROUP", "CREATE", STREAM, "g", "0");
        }
    }

    private void consume(String address, String name, AtomicLong acknowledged, AtomicBoolean isOver) {
        try (GroupConsumer consumer = new GroupConsumer(address, STREAM, "g", name, count)) {
            while (!isOver.get()) {
                acknowledged.addAndGet(consumer.readAndAcknowledge());
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
