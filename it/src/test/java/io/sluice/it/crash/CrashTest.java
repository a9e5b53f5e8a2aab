package io.sluice.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryReport.Violation;
import io.sluice.testkit.crash.CrashOutcome;
import io.sluice.testkit.crash.CrashPlan;
import io.sluice.testkit.crash.CrashScenario;
import io.sluice.testkit.crash.PowerCutScenario;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The seed decides the moments: {@code -Dsluice.crash.seed} repeats them, the machine's own timing differs. */
@Timeout(300)
final class CrashTest {
    private final long seed =
            Long.getLong("sluice.crash.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    @TempDir
    Path folder = Path.of("");

    @Test
    void aKilledBrokerKeepsWhatItAcknowledged() {
        CrashOutcome outcome = kill(CrashPlan.of(3, seed));
        assertThat(outcome.isClean()).as("seed %d: %s", seed, outcome).isTrue();
        assertThat(outcome.history().acknowledged()).isPositive();
    }

    @Test
    void theKillTestBites() {
        CrashOutcome outcome = kill(CrashPlan.control("memory", seed));
        assertThat(outcome.history().count(Violation.LOST))
                .as("seed %d: %s", seed, outcome)
                .isPositive();
    }

    @Test
    void aPowerCutTakesNothingThatWasAcknowledged() {
        assumePowerCutsCanBePlayed();
        CrashOutcome outcome = cut(CrashPlan.of(2, seed));
        assertThat(outcome.isClean()).as("seed %d: %s", seed, outcome).isTrue();
        assertThat(outcome.history().acknowledged()).isPositive();
    }

    @Test
    void thePowerCutTestBites() {
        assumePowerCutsCanBePlayed();
        CrashOutcome outcome = cut(CrashPlan.control("os", seed));
        assertThat(outcome.history().count(Violation.LOST))
                .as("seed %d: %s", seed, outcome)
                .isPositive();
    }

    private void assumePowerCutsCanBePlayed() {
        PowerCutScenario.obstacle(folder)
                .ifPresent(reason -> assumeTrue(
                        false, "no loop-mounted disks here, the simulated disk covers power cuts: " + reason));
    }

    private CrashOutcome kill(CrashPlan plan) {
        try (BrokerProcess broker = start(folder.resolve("data"))) {
            return CrashScenario.run(broker, plan, System.out::println);
        }
    }

    private CrashOutcome cut(CrashPlan plan) {
        return PowerCutScenario.run(folder, plan, CrashTest::start, System.out::println);
    }

    private static BrokerProcess start(Path data) {
        return BrokerProcess.start(BrokerCommand.ofBuild(), data, Map.of());
    }
}
