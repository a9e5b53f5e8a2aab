package io.sluice.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TestPayload;
import io.sluice.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
final class RestartTest {
    private static final String TOPIC = "kept";
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 3_000;

    enum End {
        STOPPED,
        KILLED
    }

    private final ProduceHistory produced = new ProduceHistory();

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void aRestartKeepsTopicsConfigurationsRecordsAndGroups(End end) throws ExecutionException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            fill(broker);
            String idBefore = topicId(broker);
            switch (end) {
                case STOPPED -> assertThat(broker.stop(Duration.ofSeconds(30))).isZero();
                case KILLED -> broker.kill9();
            }
            broker.restart();
            assertThat(topicId(broker)).isEqualTo(idBefore);
            assertEverythingIsThere(broker);
        }
    }

    private void fill(BrokerProcess broker) throws ExecutionException, InterruptedException {
        NewTopic topic = new NewTopic(TOPIC, PARTITIONS, (short) 1).configs(Map.of("retention.ms", "1234567890"));
        try (Admin admin = admin(broker);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress(),
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class))) {
            admin.createTopics(List.of(topic)).all().get();
            for (int i = 0; i < RECORDS; i++) {
                send(producer, i);
            }
            producer.flush();
            admin.alterConsumerGroupOffsets("readers", Map.of(new TopicPartition(TOPIC, 1), new OffsetAndMetadata(77)))
                    .all()
                    .get();
        }
        assertThat(produced.acknowledgedCount()).isEqualTo(RECORDS);
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int number) {
        TopicPartition target = new TopicPartition(TOPIC, number % PARTITIONS);
        long identity = TestPayload.identity(0, number);
        produced.sent(target, identity);
        byte[] value = TestPayload.valueOf(identity);
        producer.send(new ProducerRecord<>(TOPIC, target.partition(), null, value), (metadata, failure) -> {
            if (failure == null) {
                produced.acknowledged(target, metadata.offset(), identity);
            }
        });
    }

    private void assertEverythingIsThere(BrokerProcess broker) throws ExecutionException, InterruptedException {
        ReadHistory read = TopicReader.readAll(
                broker.kafkaAddress(), TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS), Duration.ofSeconds(30));
        assertThat(HistoryChecker.check(produced, read, new ReadHistory()).examples())
                .isEmpty();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        try (Admin admin = admin(broker)) {
            var configs = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(configs.get("retention.ms").value()).isEqualTo("1234567890");
            var positions = admin.listConsumerGroupOffsets("readers")
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(positions.get(new TopicPartition(TOPIC, 1)).offset()).isEqualTo(77);
        }
    }

    private static String topicId(BrokerProcess broker) throws ExecutionException, InterruptedException {
        try (Admin admin = admin(broker)) {
            return admin.describeTopics(List.of(TOPIC))
                    .allTopicNames()
                    .get()
                    .get(TOPIC)
                    .topicId()
                    .toString();
        }
    }

    private static Admin admin(BrokerProcess broker) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.kafkaAddress(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) TimeUnit.SECONDS.toMillis(30)));
    }
}
