package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.delivery.RejectedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A share group goes on while its partitions move through all shards of three processes: what was confirmed does not come
 * again, and each rejected record has one dead letter, whether that lies beside its record or not.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MovingShareGroupsTest {
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 6_000;
    private static final Duration REST = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ClusterProcesses cluster;

    MovingShareGroupsTest(@TempDir Path folder) {
        cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3);
        cluster.createTopics(List.of("spread"), PARTITIONS);
    }

    @AfterAll
    void endCluster() {
        cluster.close();
    }

    private RejectedRecords work() {
        return new RejectedRecords(cluster.addresses(), PARTITIONS, RECORDS, PATIENCE).slowly(REST);
    }

    @Test
    void aShareGroupGoesOnWhileItsPartitionsMove() {
        RejectedRecords work = work();
        work.start();
        Moves moves = new Moves(cluster);
        List<Integer> shards = moves.shards();
        assertThat(shards).hasSizeGreaterThan(1);
        while (work.confirmedCount() < RECORDS / 3) {
            moveThroughAll(moves, work, shards);
        }
        moveWhileLeaderDies(moves, work.topic(), shards.getLast());
        // Once more at least: each comes back then to where its dead letters are.
        moveThroughAll(moves, work, shards);

        assertThat(work.finish()).isEmpty();
    }

    @Test
    void lettersReachATopicThatStaysWhileTheirOriginMoves() {
        RejectedRecords work = work().into("graveyard");
        work.start();
        Moves moves = new Moves(cluster);
        moveThroughAll(moves, work, moves.shards());

        assertThat(work.finish()).isEmpty();
    }

    private static void moveThroughAll(Moves moves, RejectedRecords work, List<Integer> shards) {
        for (int i = 0; i < shards.size(); i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                moves.move(1, work.topic(), partition, shards.get((i + partition) % shards.size()));
            }
        }
    }

    /** The leader of the partition is killed as soon as it is on its way. */
    private void moveWhileLeaderDies(Moves moves, String topic, int shard) {
        int killed = cluster.leader(topic, 0).orElseThrow();
        int asked = killed == 1 ? 2 : 1;
        List<String> unused = moves.command(asked, Moves.moving(topic, 0, shard, 0));
        BrokerProcess leader = cluster.node(killed);
        leader.kill9();
        moves.move(asked, topic, 0, shard);
        leader.restart();
        cluster.nodes().forEach(BrokerProcess::awaitReady);
    }
}
