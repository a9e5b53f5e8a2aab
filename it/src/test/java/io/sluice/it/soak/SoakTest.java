package io.sluice.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.soak.SoakOutcome;
import io.sluice.testkit.soak.SoakPlan;
import io.sluice.testkit.soak.SoakScenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dsluice.soak.seed} repeats what clients do, {@code -Dsluice.soak.seconds} makes it longer or shorter. */
@Timeout(1_800)
final class SoakTest {
    private final long seed =
            Long.getLong("sluice.soak.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    private final Duration duration = Duration.ofSeconds(Long.getLong("sluice.soak.seconds", 180));

    @TempDir
    Path folder = Path.of("");

    @Test
    void twoHundredClientsAndAKillLoseNothingAndLeaveNothingBehind() {
        SoakPlan plan = SoakPlan.of(duration, seed);
        Path data = folder.resolve("data");
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), data, SoakPlan.brokerSettings())) {
            SoakOutcome outcome = SoakScenario.run(broker, data, plan, System.out::println);
            System.out.println(outcome);
            assertThat(outcome.isClean())
                    .as("seed %d missed %s: %s", seed, outcome.missed(), outcome)
                    .isTrue();
        }
    }

    @Test
    void thereAreTwoHundredClients() {
        assertThat(SoakPlan.of(duration, seed).clients()).isEqualTo(200);
    }
}
