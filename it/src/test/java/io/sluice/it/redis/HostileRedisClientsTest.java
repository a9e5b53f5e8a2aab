package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.fuzz.ListenerFuzz;
import io.sluice.testkit.redis.RespFuzz;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A minute of what {@code bench/run fuzz --redis} does as long as wanted; {@code -Dsluice.fuzz.seed} repeats a run. */
@Timeout(240)
final class HostileRedisClientsTest {
    private static final double GROWTH_LIMIT_MIB = 150;

    @Test
    void whatNoClientSendsHurtsNobodyElse(@TempDir Path folder) {
        long seed = Long.getLong("sluice.fuzz.seed", ThreadLocalRandom.current().nextLong());
        Duration duration = Duration.ofSeconds(Integer.getInteger("sluice.fuzz.redis.seconds", 60));
        Map<String, String> settings = Map.of("redis.listen", "127.0.0.1:0");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), settings)) {
            ListenerFuzz.Outcome outcome = RespFuzz.run(broker, broker.address("redis"), seed, duration);

            assertThat(outcome.complaint()).as("seed %d", seed).isEmpty();
            assertThat(outcome.sequences()).as("seed %d", seed).isPositive();
            assertThat(outcome.honestAnswers()).as("seed %d", seed).isPositive();
            assertThat(outcome.grownMib()).as("seed %d", seed).isLessThan(GROWTH_LIMIT_MIB);
        }
    }
}
