package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TestPayload;
import io.sluice.testkit.TopicReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
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

    private final List<BrokerProcess> brokers = new ArrayList<>();
    private final ProduceHistory produced = new ProduceHistory();
    private int sent;

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        brokers.forEach(BrokerProcess::close);
    }

    private void start(int id) throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, "a secret that all nodes know\n", StandardCharsets.UTF_8);
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "node.id", Integer.toString(id),
                "cluster.listen", "127.0.0.1:0",
                "cluster.token.file", token.toString()));
        if (id > 1) {
            settings.put("cluster.join", brokers.getFirst().address("cluster"));
        }
        brokers.add(BrokerProcess.start(BrokerCommand.ofBuild("-Xmx256m"), folder.resolve("node-" + id), settings));
    }

    private String addresses() {
        return brokers.stream()
                .filter(BrokerProcess::isAlive)
                .map(BrokerProcess::kafkaAddress)
                .collect(Collectors.joining(","));
    }

    private int leader(Admin admin, int partition) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get()
                .get(TOPIC)
                .partitions()
                .get(partition)
                .leader()
                .id();
    }

    private void produce(KafkaProducer<byte[], byte[]> producer, int count) {
        for (int end = sent + count; sent < end; sent++) {
            TopicPartition target = new TopicPartition(TOPIC, sent % PARTITIONS);
            long identity = TestPayload.identity(0, sent);
            produced.sent(target, identity);
            producer.send(
                    new ProducerRecord<>(TOPIC, target.partition(), null, TestPayload.valueOf(identity)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            produced.acknowledged(target, metadata.offset(), identity);
                        }
                    });
        }
    }

    private void awaitAcknowledged(long count) {
        await().atMost(PATIENCE).until(() -> produced.acknowledgedCount() >= count);
    }

    @Test
    void nothingAcknowledgedIsLostWhateverIsKilled() throws Exception {
        for (int id = 1; id <= 3; id++) {
            start(id);
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) -1)))
                    .all()
                    .get();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> isOnThree(admin));
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(PatientProducer.settings(addresses()))) {
            produce(producer, BURST);
            awaitAcknowledged(1);
            killLeaderUnderLoad(producer);
            killAllUnderLoad(producer);
            producer.flush();
        }
        assertThat(produced.acknowledgedCount()).isEqualTo(sent);
        assertEverythingIsThere();
    }

    private boolean isOnThree(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions().stream()
                .allMatch(partition -> partition.isr().size() == 3 && partition.leader() != null);
    }

    private void killLeaderUnderLoad(KafkaProducer<byte[], byte[]> producer) throws Exception {
        BrokerProcess leader;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses()))) {
            leader = brokers.get(leader(admin, 0) - 1);
        }
        produce(producer, BURST);
        leader.kill9();
        produce(producer, BURST);
        awaitAcknowledged(sent);
        leader.restart();
        produce(producer, BURST);
    }

    private void killAllUnderLoad(KafkaProducer<byte[], byte[]> producer) {
        brokers.forEach(BrokerProcess::kill9);
        produce(producer, BURST);
        brokers.forEach(BrokerProcess::relaunch);
        brokers.forEach(BrokerProcess::awaitReady);
        awaitAcknowledged(sent);
    }

    private void assertEverythingIsThere() {
        List<TopicPartition> partitions = TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
        ReadHistory read = TopicReader.readAll(addresses(), partitions, PATIENCE);
        assertThat(HistoryChecker.check(produced, read, new ReadHistory()).examples())
                .isEmpty();
    }
}
