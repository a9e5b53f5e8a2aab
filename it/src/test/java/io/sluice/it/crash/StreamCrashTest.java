package io.sluice.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.crash.PowerCutScenario;
import io.sluice.testkit.crash.StreamCrashScenario;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The seed decides the moments: {@code -Dsluice.crash.seed} repeats them, the machine's own timing differs. */
@Timeout(300)
final class StreamCrashTest {
    private final long seed =
            Long.getLong("sluice.crash.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "os"})
    void aKilledBrokerKeepsWhatItAcknowledgedToRedisClients(String durability) {
        try (BrokerProcess broker = start(folder.resolve("data"), durability)) {
            check(StreamCrashScenario.kill(broker, 2, seed, System.out::println));
        }
    }

    @Test
    void aPowerCutTakesNothingThatWasAcknowledgedToRedisClients() {
        PowerCutScenario.obstacle(folder)
                .ifPresent(reason -> assumeTrue(false, "no loop-mounted disks here: " + reason));
        check(StreamCrashScenario.cutPower(folder, 1, seed, data -> start(data, "fsync"), System.out::println));
    }

    private void check(StreamCrashScenario.Outcome outcome) {
        assertThat(outcome.isClean()).as("seed %d: %s", seed, outcome).isTrue();
        assertThat(outcome.added()).isPositive();
        assertThat(outcome.acknowledged()).isPositive();
    }

    private static BrokerProcess start(Path data, String durability) {
        return BrokerProcess.start(
                BrokerCommand.ofBuild(), data, Map.of("redis.listen", "127.0.0.1:0", "redis.durability", durability));
    }
}
