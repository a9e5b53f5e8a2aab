package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import java.nio.file.Path;
import java.util.Map;

/**
 * How much anonymous memory a stream of so many entries of 100 bytes takes, beyond that of one of a hundredth.
 *
 * @param entries how many
 */
record RedisMemoryMeasure(int entries) implements Measure.Run {
    private static final int PIPELINED = 64;

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = RedisContender.start(contender, data, Map.of())) {
            String port = RedisContender.port(broker);
            RedisContender.add(port, PIPELINED, entries / 100);
            double before = RedisContender.anonymousMib(contender, broker);
            RedisContender.add(port, PIPELINED, entries - entries / 100);
            return Map.of("anonymousMib", RedisContender.anonymousMib(contender, broker) - before);
        }
    }
}
