package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.crash.ChaosPlan;
import io.sluice.testkit.crash.ChaosScenario;
import io.sluice.testkit.crash.CrashOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Some misfortunes of {@code bench/run chaos}. */
@Timeout(600)
final class ChaosTest {
    private static final Duration DURATION = Duration.ofMinutes(3);
    private static final Duration NETWORKS_DURATION = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    @Test
    void aClusterKeepsItsPromisesWhateverHappensToItsNodes() {
        long seed = seed();
        try (ClusterProcesses cluster =
                ClusterProcesses.startWithFaults(BrokerCommand.ofBuild("-Xmx256m"), folder, 3, seed)) {
            assertClean(
                    ChaosScenario.run(cluster, ChaosPlan.ofMoments(DURATION, seed), List.of(), System.out::println));
        }
    }

    @Test
    void itKeepsThemWhereTheKernelDropsPacketsAndCablesArePulled() {
        assumeTrue(ClusterProcesses.mayHaveNamespaces(), "no root, ip and nft, or no right to namespaces");
        long seed = seed();
        try (ClusterProcesses cluster =
                ClusterProcesses.startInNamespaces(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            assertClean(ChaosScenario.run(
                    cluster, ChaosPlan.ofNetworks(NETWORKS_DURATION, seed), List.of(), System.out::println));
        }
    }

    private static long seed() {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        System.out.println("replay with -Dsluice.seed=" + seed);
        return seed;
    }

    private static void assertClean(CrashOutcome outcome) {
        assertThat(outcome.isClean()).as(outcome::toString).isTrue();
    }
}
