package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.cluster.JournalDamage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose journals were damaged repairs itself while clients produce, and then the cluster can do without each of the
 * others.
 */
@Timeout(300)
final class DamagedJournalTest {
    private static final String TOPIC = "kept";
    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DAMAGED = 3;
    private static final int METADATA = 0;

    /** Shards below are what every node begins with, with records or without. */
    private static final int FIRST_ADDED = 4;

    private static final long SEED = 11;
    private static final int SOME_RECORDS = 200;

    @TempDir
    private Path folder;

    /** The metadata's, and of each shard that there is for topics. */
    private static List<Integer> shardsIn(Path data) throws IOException {
        try (Stream<Path> names = Files.list(data)) {
            return names.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith("shard-"))
                    .map(name -> Integer.parseInt(name.substring("shard-".length())))
                    .filter(id -> id == METADATA || id >= FIRST_ADDED)
                    .sorted()
                    .toList();
        }
    }

    private static void awaitMore(SteadyLoad load) {
        long wanted = load.produced().acknowledgedCount() + SOME_RECORDS;
        await().atMost(PATIENCE).until(() -> load.produced().acknowledgedCount() >= wanted);
    }

    @Test
    void nothingAcknowledgedIsLostThoughANodeForgotItsJournals() throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS);
            try (SteadyLoad load = SteadyLoad.start(cluster.addresses(), TOPIC, PARTITIONS)) {
                awaitMore(load);
                BrokerProcess damaged = cluster.node(DAMAGED);
                damaged.kill9();
                List<Integer> shards = shardsIn(cluster.data(DAMAGED));
                assertThat(shards).hasSizeGreaterThan(1);
                Random random = new Random(SEED);
                shards.forEach(shard -> JournalDamage.inHeader(cluster.data(DAMAGED), shard, random));
                awaitMore(load);

                damaged.restart();
                damaged.awaitCaughtUp();

                for (int shard : shards) {
                    Path kept = cluster.data(DAMAGED).resolve("shard-" + shard);
                    assertThat(kept.resolve("journal.damaged-1")).isDirectory();
                    assertThat(kept.resolve("quarantine")).doesNotExist();
                }
                for (int killed : List.of(1, 2)) {
                    cluster.node(killed).kill9();
                    awaitMore(load);
                    cluster.node(killed).restart();
                    cluster.node(killed).awaitCaughtUp();
                }
                load.finish();
                assertThat(load.complaints()).isEmpty();
                List<TopicPartition> partitions = TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
                ReadHistory read = TopicReader.readAll(cluster.addresses(), partitions, PATIENCE);
                assertThat(HistoryChecker.check(load.produced(), read, load.consumed())
                                .examples())
                        .isEmpty();
            }
        }
    }
}
