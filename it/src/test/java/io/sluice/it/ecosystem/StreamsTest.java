package io.sluice.it.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka Streams 4.3.1: stateless, and with a store whose changelog brings it back after kill -9 without its disk. */
@Timeout(240)
final class StreamsTest {
    private static final int ROUND = 300;
    private static final int PLACES = 7;

    private final Path folder;
    private final BrokerProcess broker;

    StreamsTest(@TempDir Path folder) {
        this.folder = folder;
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(), folder.resolve("data"), Map.of("group.initial.rebalance.delay.ms", "0"));
    }

    @BeforeEach
    void makeTopics() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.kafkaAddress()))) {
            admin.createTopics(List.of(
                            new NewTopic(EarthquakeCounts.QUAKES, 3, (short) 1),
                            new NewTopic(EarthquakeCounts.LARGE, 1, (short) 1),
                            new NewTopic(EarthquakeCounts.COUNTS, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void endBroker() {
        broker.close();
    }

    @Test
    void countsSurviveTheApplicationAndItsDisk() {
        OsProcess first = start("state-1");
        try (first) {
            produce(ROUND);
            awaitCounts(ROUND);
            first.kill9();
        }
        try (OsProcess second = start("state-2")) {
            produce(ROUND);
            awaitCounts(2 * ROUND);
            assertThat(second.isAlive()).isTrue();
        }
        // At least once: what was not committed when the first one was killed is copied again.
        assertThat(read(EarthquakeCounts.LARGE).size()).isGreaterThanOrEqualTo(2 * ROUND / 2);
    }

    private OsProcess start(String stateFolder) {
        OsProcess application = KafkaProgram.start(
                EarthquakeCounts.class.getName(),
                broker.kafkaAddress(),
                folder.resolve(stateFolder).toString());
        assertThat(application.awaitLine(line -> line.equals("streaming"), Duration.ofSeconds(60)))
                .isPresent();
        return application;
    }

    /** Half of them of magnitude 5 and more. */
    private void produce(int count) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.kafkaAddress()), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                String value = "place " + i % PLACES + "," + (i % 2 == 0 ? "5.1" : "2.4");
                producer.send(new ProducerRecord<>(EarthquakeCounts.QUAKES, Integer.toString(i), value));
            }
        }
    }

    /** The newest count of every place; together they are at least what was produced, and exactly if nothing came twice. */
    private void awaitCounts(int produced) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Map<String, Long> counts = new HashMap<>();
                    for (ConsumerRecord<String, String> record : read(EarthquakeCounts.COUNTS)) {
                        counts.put(record.key(), Long.parseLong(record.value()));
                    }
                    assertThat(counts).hasSize(PLACES);
                    assertThat(counts.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum())
                            .isGreaterThanOrEqualTo(produced);
                });
    }

    private List<ConsumerRecord<String, String>> read(String topic) {
        return WholeTopic.read(
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", broker.kafkaAddress(),
                                "group.id", UUID.randomUUID().toString(),
                                "enable.auto.commit", false),
                        new StringDeserializer(),
                        new StringDeserializer()),
                topic);
    }
}
