package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.redis.Differential;
import io.sluice.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few seconds of what {@code bench/run redis-diff} does as long as wanted; {@code -Dsluice.redis.seed} repeats a run. */
@Timeout(120)
final class RedisDifferentialTest {
    @Test
    void randomCommandsAreAnsweredAsRedisAnswersThem(@TempDir Path folder) {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed");
        long seed =
                Long.getLong("sluice.redis.seed", ThreadLocalRandom.current().nextLong(1_000_000_000));
        Duration duration = Duration.ofSeconds(Integer.getInteger("sluice.redis.seconds", 5));
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                BrokerNode node = RedisNode.start(folder, "redis.durability=os")) {
            Differential.Outcome outcome =
                    Differential.run(node.redisAddress().orElseThrow(), redis.address(), seed, duration);

            System.out.println("redis differential: " + outcome.sequences() + " sequences, " + outcome.commands()
                    + " commands, " + outcome.differences());
            assertThat(outcome.complaint()).isEmpty();
            assertThat(outcome.commands()).isPositive();
        }
    }
}
