package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.control.ClusterAction;
import io.sluice.server.control.ControlClient;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an operator asks of a cluster whose partitions move. */
record Moves(ClusterProcesses cluster) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The lines of the answer of that node; throws what it says instead. */
    List<String> command(int asked, Map<String, String> parameters) {
        List<String> lines = new ArrayList<>();
        ControlClient.of(cluster.data(asked)).orElseThrow().ask(ClusterAction.PATH, parameters, lines::add);
        return lines;
    }

    /** Shards of records. */
    List<Integer> shards() {
        return command(1, Map.of("do", "status")).stream()
                .filter(line -> line.startsWith("shard ") && !line.contains("(metadata)"))
                .map(line -> Integer.parseInt(line.substring("shard ".length(), line.indexOf(':'))))
                .toList();
    }

    /** The command that moves a partition. */
    static Map<String, String> moving(String topic, int partition, int shard, int waitSeconds) {
        return Map.of(
                "do", "move-partition",
                "topic", topic,
                "partition", Integer.toString(partition),
                "shard", Integer.toString(shard),
                "wait", Integer.toString(waitSeconds));
    }

    /** Returns when the partition has moved; asks again if it was taken back. */
    void move(int asked, String topic, int partition, int shard) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            List<String> lines = command(asked, moving(topic, partition, shard, 50));
            assertThat(lines.getLast())
                    .isIn("nothing has to change", "partition " + topic + "-" + partition + " is in shard " + shard);
        });
    }
}
