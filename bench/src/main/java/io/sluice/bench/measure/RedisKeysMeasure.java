package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RespConnection;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What keys cost that nobody uses: once what was just written is not kept in memory for readers any more, which ours
 * forgets two checkpoints later.
 *
 * @param keys how many, with one entry each
 */
record RedisKeysMeasure(int keys) implements Measure.Run {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int CHECKPOINT_MS = 3_000;
    private static final Duration UNTIL_IDLE = Duration.ofMillis(4 * CHECKPOINT_MS);
    private static final int PIPELINED = 500;

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        Map<String, String> settings = Map.of(
                "sluice.partitions.max", Integer.toString(2 * keys), "checkpoint.ms", Integer.toString(CHECKPOINT_MS));
        try (BrokerUnderTest broker = RedisContender.start(contender, data, settings)) {
            Map<String, Double> figures = new HashMap<>();
            double anonymousBefore = RedisContender.anonymousMib(contender, broker);
            double heapBefore = heapMib(contender, broker);
            double filesBefore = ProcessFigures.openFiles(broker.pid());
            Stopwatch adding = Stopwatch.started();
            add(RedisContender.address(broker));
            figures.put("addMs", adding.elapsedMs());
            Stopwatch.sleep(UNTIL_IDLE);
            figures.put("anonymousMib", RedisContender.anonymousMib(contender, broker) - anonymousBefore);
            figures.put("heapMib", heapMib(contender, broker) - heapBefore);
            figures.put("filesMore", ProcessFigures.openFiles(broker.pid()) - filesBefore);
            Stopwatch stopping = Stopwatch.started();
            broker.process().sigterm();
            broker.process().awaitExit(STOP_LIMIT);
            figures.put("stopMs", stopping.elapsedMs());
            broker.restart();
            try (RespConnection redis = RespConnection.open(RedisContender.address(broker))) {
                if (!redis.call("DBSIZE").equals(":" + keys)) {
                    throw new IllegalStateException("there are " + redis.call("DBSIZE") + " keys");
                }
            }
            figures.put("restartMs", broker.sinceLaunch().elapsedMs());
            return figures;
        }
    }

    private void add(String address) {
        try (RespConnection redis = RespConnection.open(address)) {
            for (int i = 0; i < keys; i += PIPELINED) {
                for (int j = i; j < i + PIPELINED; j++) {
                    redis.send("XADD", "idle:" + j, "*", "n", Integer.toString(j));
                }
                for (int j = 0; j < PIPELINED; j++) {
                    redis.reply();
                }
            }
        }
    }

    private static double heapMib(Contender contender, BrokerUnderTest broker) {
        return contender.isSluice() ? ProcessFigures.liveHeapMib(broker.pid()) : 0;
    }
}
