package io.sluice.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.apifuzz.ApiFuzz;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Half a minute of what {@code bench/run fuzz --apis} does for five; {@code -Dsluice.fuzz.seed} repeats a run. */
@Timeout(240)
final class HostileRequestsTest {
    private static final double GROWTH_LIMIT_MIB = 150;

    @Test
    void everyRequestIsAnsweredOrRefusedAndHurtsNobodyElse(@TempDir Path folder) {
        long seed = Long.getLong("sluice.fuzz.seed", ThreadLocalRandom.current().nextLong());
        try (ApiFuzz fuzz = ApiFuzz.start(BrokerCommand.ofBuild(), folder)) {
            ApiFuzz.Outcome outcome = fuzz.run(seed, Duration.ofSeconds(Integer.getInteger("sluice.fuzz.seconds", 30)));

            assertThat(outcome.complaint()).as("seed %d", seed).isEmpty();
            assertThat(outcome.wellFormed()).as("seed %d", seed).isPositive();
            assertThat(outcome.refused()).as("seed %d", seed).isPositive();
            assertThat(outcome.logins()).as("seed %d", seed).isPositive();
            assertThat(outcome.honestRecords()).as("seed %d", seed).isPositive();
            assertThat(outcome.grownMib()).as("seed %d", seed).isLessThan(GROWTH_LIMIT_MIB);
        }
    }
}
