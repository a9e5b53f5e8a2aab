package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client believes nobody who names an older epoch of a leader than it has heard of: an epoch that is never reached, named for a
 * moment, keeps it from the partition until it gives up.
 */
@Timeout(300)
final class LeaderEpochsOfMovesTest {
    private static final String TOPIC = "moved";
    private static final int ELECTIONS = 6;
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger newest = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path folder;

    @Test
    void noNodeNamesAnEpochWhileAPartitionMovesThatItsNewLeaderIsBelow() throws InterruptedException {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), 1);
            Moves moves = new Moves(cluster);
            List<Integer> shards = moves.shards();
            moves.move(1, TOPIC, 0, shards.getFirst());
            for (int i = 0; i < ELECTIONS; i++) {
                elect(moves, shards.getFirst(), 1 + i % 3);
            }
            List<Thread> askers = cluster.nodes().stream()
                    .flatMap(node -> List.of(node, node).stream())
                    .map(node -> Thread.ofPlatform().start(() -> askUntilOver(node)))
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                moves.move(1, TOPIC, 0, shards.getLast());
                assertReached(cluster);
                moves.move(1, TOPIC, 0, shards.getFirst());
                assertReached(cluster);
            }
            isOver.set(true);
            for (Thread asker : askers) {
                asker.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void elect(Moves moves, int shard, int node) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> moves.command(
                                1,
                                Map.of(
                                        "do",
                                        "move-leader",
                                        "shard",
                                        Integer.toString(shard),
                                        "node",
                                        Integer.toString(node),
                                        "wait",
                                        "30"))
                        .getLast()
                        .equals("everything is where it shall be"));
    }

    private void assertReached(ClusterProcesses cluster) {
        int named = newest.get();
        for (BrokerProcess node : cluster.nodes()) {
            try (RawKafkaConnection connection = RawKafkaConnection.connect(node.address("kafka"))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(epoch(connection))
                                .as("node %s", node.address("kafka"))
                                .isGreaterThanOrEqualTo(named));
            }
        }
    }

    private void askUntilOver(BrokerProcess node) {
        try (RawKafkaConnection connection = RawKafkaConnection.connect(node.address("kafka"))) {
            while (!isOver.get()) {
                int unused = newest.accumulateAndGet(epoch(connection), Math::max);
            }
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    private static int epoch(RawKafkaConnection connection) {
        return RawMetadata.of(connection, TOPIC).partitions().getFirst().leaderEpoch();
    }
}
