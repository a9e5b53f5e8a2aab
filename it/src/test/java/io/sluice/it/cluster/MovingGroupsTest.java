package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.crash.ManyPositions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slots of groups spread over the shards of a cluster that has just come into being, while groups commit and nodes die. */
@Timeout(300)
final class MovingGroupsTest {
    private static final int KILLS = 3;
    private static final int COMMITS_BETWEEN = 60;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    void noGroupFallsBehindWhatItCommittedWhileItsCoordinationMovesAndNodesDie() {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of("t"), 1);
            try (ManyPositions positions =
                    new ManyPositions(cluster.addresses(), new TopicPartition("t", 0), Duration.ZERO, 42)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitMore(positions);
                    BrokerProcess node = cluster.node(1 + kill % 3);
                    node.kill9();
                    awaitMore(positions);
                    node.restart();
                }
                // All slots are where they shall be, and each node leads again what it shall.
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(slots(cluster))
                                .hasSize(3)
                                .allMatch(line -> line.matches(".* coordinates 2[12] of 64 slots of groups")));
                assertThat(positions.finish()).isEmpty();
                await().atMost(LIMIT)
                        .untilAsserted(
                                () -> assertThat(positions.coordinators()).containsExactlyInAnyOrder(1, 2, 3));
            }
        }
    }

    private static void awaitMore(ManyPositions positions) {
        int enough = positions.commits() + COMMITS_BETWEEN;
        Stopwatch watch = Stopwatch.started();
        while (positions.commits() < enough) {
            assertThat(watch.hasPassed(LIMIT)).as("no group goes on").isFalse();
            Stopwatch.sleep(Duration.ofMillis(20));
        }
    }

    private static List<String> slots(ClusterProcesses cluster) {
        return new Moves(cluster)
                .command(1, Map.of("do", "status")).stream()
                        .filter(line -> line.contains("slots of groups"))
                        .toList();
    }
}
