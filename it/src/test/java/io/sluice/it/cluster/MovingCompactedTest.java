package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.crash.CompactedKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Partitions of a compacted topic move through all shards of three processes while an idempotent producer writes and compaction
 * runs, and a leader is killed in the middle: the last value of each key is there, what was deleted is not, ends and offsets are
 * what the producer was told.
 */
@Timeout(300)
final class MovingCompactedTest {
    private static final String TOPIC = "latest";
    private static final int PARTITIONS = 2;
    private static final int KEYS = 40;
    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MOVE_PACE = "sluice.move.bytes.per.second";
    private static final String SLOW = Integer.toString(32 << 10);
    private static final String FAST = Integer.toString(16 << 20);

    @TempDir
    private Path folder;

    private static void configure(String addresses, String name, String value)
            throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses))) {
            ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(brokers, List.of(set))).all().get();
        }
    }

    @Test
    void theLastValueOfEachKeyIsThereWhileCompactedPartitionsMove() throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS, CompactedKeys.TOPIC_CONFIGS);
            configure(cluster.addresses(), "log.cleaner.backoff.ms", "100");
            Moves moves = new Moves(cluster);
            List<Integer> shards = moves.shards();
            assertThat(shards).hasSizeGreaterThan(1);
            try (CompactedKeys keys =
                    new CompactedKeys(cluster.addresses(), TOPIC, PARTITIONS, Duration.ofMillis(5), 7)) {
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < shards.size(); i++) {
                        keys.awaitMore(3_000, PATIENCE);
                        for (int partition = 0; partition < PARTITIONS; partition++) {
                            moves.move(1, TOPIC, partition, shards.get((i + partition) % shards.size()));
                        }
                    }
                    moveWhileLeaderDies(moves, shards.get(round % shards.size()));
                }
                keys.awaitMore(1_000, PATIENCE);
                await().atMost(PATIENCE).until(() -> compacted(cluster));
                assertThat(keys.finish(PATIENCE)).isEmpty();
            }
        }
    }

    /** The leader of the old shard is killed when a part is copied, so that the rest would come from another one's log. */
    private static void moveWhileLeaderDies(Moves moves, int shard) throws Exception {
        ClusterProcesses cluster = moves.cluster();
        int killed = cluster.leader(TOPIC, 0).orElseThrow();
        int asked = killed == 1 ? 2 : 1;
        configure(cluster.addresses(), MOVE_PACE, SLOW);
        List<String> unused = moves.command(asked, Moves.moving(TOPIC, 0, shard, 0));
        await().atMost(PATIENCE).until(() -> isPartCopied(moves, asked));
        BrokerProcess leader = cluster.node(killed);
        leader.kill9();
        configure(cluster.node(asked).kafkaAddress(), MOVE_PACE, FAST);
        moves.move(asked, TOPIC, 0, shard);
        leader.restart();
        cluster.nodes().forEach(BrokerProcess::awaitReady);
    }

    private static boolean isPartCopied(Moves moves, int asked) {
        List<String> moving = moves.command(asked, Map.of("do", "status")).stream()
                .filter(line -> line.contains("partition " + TOPIC + "-0 goes"))
                .toList();
        return moving.isEmpty() || moving.getFirst().matches(".*copied up to offset [1-9].*|.*(taken over|arrived).*");
    }

    /** Whether there was anything that a copy could have got wrong. */
    private static boolean compacted(ClusterProcesses cluster) {
        return cluster.nodes().stream().anyMatch(node -> node.output().contains("compaction: topic id="));
    }
}
