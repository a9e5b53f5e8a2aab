package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.crash.ChaosPlan;
import io.sluice.testkit.crash.ChaosScenario;
import io.sluice.testkit.crash.CrashOutcome;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few misfortunes of {@code bench/run chaos}. */
@Timeout(300)
final class ChaosTest {
    private static final Duration DURATION = Duration.ofSeconds(6);

    @TempDir
    private Path folder;

    @Test
    void aClusterKeepsItsPromisesWhateverHappensToItsNodes() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("replay with -Dsluice.seed=" + seed);
        try (ClusterProcesses cluster =
                ClusterProcesses.startWithFaults(BrokerCommand.ofBuild("-Xmx256m"), folder, 3, seed)) {
            CrashOutcome outcome = ChaosScenario.run(cluster, ChaosPlan.ofMoments(DURATION, seed), System.out::println);
            assertThat(outcome.isClean()).as(outcome::toString).isTrue();
        }
    }
}
