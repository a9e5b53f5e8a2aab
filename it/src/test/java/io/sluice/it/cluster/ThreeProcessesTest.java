package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.MetricsPage;
import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TestPayload;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers as processes of their own, killed while a client produces: what was acknowledged is there, once, in order. */
@Timeout(240)
final class ThreeProcessesTest {
    private static final String TOPIC = "kept";
    private static final int PARTITIONS = 3;
    private static final int BURST = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ProduceHistory produced = new ProduceHistory();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private int sent;

    @TempDir
    private Path folder;

    private void produce(KafkaProducer<byte[], byte[]> producer) {
        for (int end = sent + BURST; sent < end; sent++) {
            TopicPartition target = new TopicPartition(TOPIC, sent % PARTITIONS);
            long identity = TestPayload.identity(0, sent);
            produced.sent(target, identity);
            producer.send(
                    new ProducerRecord<>(TOPIC, target.partition(), null, TestPayload.valueOf(identity)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            produced.acknowledged(target, metadata.offset(), identity);
                        } else {
                            failures.add(target + ": " + failure);
                        }
                    });
        }
    }

    private void awaitAcknowledged(ClusterProcesses cluster, long count) {
        await().atMost(PATIENCE)
                .failFast(() -> assertThat(failures).isEmpty())
                .untilAsserted(() -> assertThat(produced.acknowledgedCount())
                        .as(() -> said(cluster))
                        .isGreaterThanOrEqualTo(count));
    }

    private static String said(ClusterProcesses cluster) {
        StringBuilder text = new StringBuilder();
        for (BrokerProcess node : cluster.nodes()) {
            text.append("runs=")
                    .append(node.isAlive())
                    .append('\n')
                    .append(node.output())
                    .append("\n\n");
        }
        return text.toString();
    }

    @Test
    void nothingAcknowledgedIsLostWhateverIsKilled() {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(PatientProducer.settings(cluster.addresses()))) {
                produce(producer);
                awaitAcknowledged(cluster, 1);
                killLeaderUnderLoad(cluster, producer);
                killAllUnderLoad(cluster, producer);
                awaitAcknowledged(cluster, sent);
            }
            assertEverythingIsThere(cluster);
        }
    }

    @Test
    void aNodeOpensWhatItKeepsBeforeAnybodyLeadsTheMetadata() {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            BrokerProcess node = cluster.node(2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(MetricsPage.of(node).value("sluice_checkpoints_total"))
                            .as(() -> said(cluster))
                            .isPositive());
            cluster.nodes().forEach(BrokerProcess::kill9);
            node.relaunch();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(node.output()).contains("keeps shard=4"));
            assertThat(node.output()).doesNotContain("leads group", "follows group");
        }
    }

    private void killLeaderUnderLoad(ClusterProcesses cluster, KafkaProducer<byte[], byte[]> producer) {
        BrokerProcess leader = cluster.node(cluster.leader(TOPIC, 0).orElseThrow());
        produce(producer);
        leader.kill9();
        produce(producer);
        awaitAcknowledged(cluster, sent);
        leader.restart();
        produce(producer);
    }

    private void killAllUnderLoad(ClusterProcesses cluster, KafkaProducer<byte[], byte[]> producer) {
        cluster.nodes().forEach(BrokerProcess::kill9);
        produce(producer);
        cluster.nodes().forEach(BrokerProcess::relaunch);
        cluster.nodes().forEach(BrokerProcess::awaitReady);
    }

    private void assertEverythingIsThere(ClusterProcesses cluster) {
        List<TopicPartition> partitions = TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
        ReadHistory read = TopicReader.readAll(cluster.addresses(), partitions, PATIENCE);
        assertThat(HistoryChecker.check(produced, read, new ReadHistory()).examples())
                .isEmpty();
    }
}
