package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified kafka-clients against the listener. */
@Timeout(60)
class KafkaClientsTest {
    private final FakeServer server = new FakeServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "lz4", "zstd", "snappy"})
    void whatIsProducedIsConsumedByteForByte(String compression) throws Exception {
        server.broker.topics().add("t", 3);
        List<String> sent = produce("t", 2_000, Map.of("compression.type", compression, "batch.size", "20000"));
        assertThat(consumeAll("t", 2_000)).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void coldRecordsAreReadOffTheEventLoop() throws Exception {
        var topic = server.broker.topics().add("t", 1);
        List<String> sent = produce("t", 500, Map.of());
        topic.fake(0).coldBelow(Long.MAX_VALUE);
        assertThat(consumeAll("t", 500)).containsExactlyElementsOf(sent);
    }

    @Test
    void aWaitingConsumerGetsARecordWhenItIsAppended() throws Exception {
        server.broker.topics().add("t", 1);
        var consumer = consumer(Map.of("fetch.max.wait.ms", "20000"));
        try {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            consumer.seekToBeginning(consumer.assignment());
            consumer.poll(Duration.ofMillis(300));
            produce("t", 1, Map.of());
            assertThat(consumer.poll(Duration.ofSeconds(15)).count()).isEqualTo(1);
        } finally {
            // The next fetch waits for 20 s, and whatever the client says on closing is answered behind it.
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    @Test
    void aGroupSubscribesCommitsAndFindsItsPositionAgain() throws Exception {
        server.broker.topics().add("t", 2);
        produce("t", 100, Map.of());
        Map<String, Object> settings = Map.of("group.id", "g", "enable.auto.commit", "false");
        try (var consumer = consumer(settings)) {
            consumer.subscribe(List.of("t"));
            int seen = 0;
            while (seen < 100) {
                seen += consumer.poll(Duration.ofSeconds(1)).count();
            }
            consumer.commitSync();
            Map<TopicPartition, OffsetAndMetadata> committed =
                    consumer.committed(Set.of(new TopicPartition("t", 0), new TopicPartition("t", 1)));
            assertThat(committed.values().stream()
                            .mapToLong(OffsetAndMetadata::offset)
                            .sum())
                    .isEqualTo(100);
        }
    }

    @Test
    void theAdminClientSeesCreatesAndDeletes() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()))) {
            var created = admin.createTopics(List.of(new NewTopic("a", 3, (short) 1)));
            assertThat(created.numPartitions("a").get()).isEqualTo(3);
            assertThat(created.config("a").get().get("retention.ms").value()).isEqualTo("604800000");
            assertThat(admin.listTopics().names().get()).containsExactly("a");
            assertThat(admin.describeTopics(List.of("a"))
                            .allTopicNames()
                            .get()
                            .get("a")
                            .partitions())
                    .hasSize(3);
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(server.broker.clusterId());
            var topic = new ConfigResource(ConfigResource.Type.TOPIC, "a");
            assertThat(admin.describeConfigs(List.of(topic))
                            .all()
                            .get()
                            .get(topic)
                            .get("retention.ms"))
                    .isNotNull();
            var partition = new TopicPartition("a", 0);
            assertThat(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset())
                    .isZero();
            assertThat(admin.listGroups().all().get()).isEmpty();
            admin.deleteTopics(List.of("a")).all().get();
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void aMissingTopicIsCreatedByItsFirstProducer() throws Exception {
        produce("new", 1, Map.of());
        assertThat(server.broker.topics().get("new").partitionCount()).isEqualTo(1);
    }

    @Test
    void aTransactionalProducerIsToldAtOnce() {
        try (var producer = producer(Map.of("transactional.id", "x", "max.block.ms", "10000"))) {
            assertThatThrownBy(producer::initTransactions)
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("not supported");
        }
    }

    @Test
    void anErrorOfTheBrokerReachesTheProducer() {
        server.broker.topics().add("t", 1).fake(0).failAppends(ErrorCode.MESSAGE_TOO_LARGE);
        assertThatThrownBy(() -> produce("t", 1, Map.of()))
                .hasRootCauseInstanceOf(org.apache.kafka.common.errors.RecordTooLargeException.class);
    }

    @Test
    void aFullPartitionHoldsItsProducerBackUntilThereIsRoom() throws Exception {
        var partition = server.broker.topics().add("t", 1).fake(0);
        partition.room(false);
        try (var producer = producer(Map.of())) {
            Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("t", new byte[10]));
            assertThatThrownBy(() -> sent.get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            partition.room(true);
            assertThat(sent.get(60, TimeUnit.SECONDS).offset()).isZero();
        }
    }

    @Test
    void nothingThatReadersSharedStaysHeld() throws Exception {
        server.broker.topics().add("t", 1);
        produce("t", 1_000, Map.of("batch.size", "60000"));
        consumeAll("t", 1_000);
        server.kafka.stop(Duration.ofSeconds(2));
        assertThat(server.broker.outstandingBytes()).isZero();
        server.close();
        assertThat(server.liveBufferCount()).isZero();
    }

    private List<String> produce(String topic, int count, Map<String, Object> more) throws Exception {
        List<String> sent = new ArrayList<>();
        List<Future<RecordMetadata>> futures = new ArrayList<>();
        try (var producer = producer(more)) {
            for (int i = 0; i < count; i++) {
                String value = "value " + i + " ".repeat(i % 100);
                sent.add(value);
                futures.add(producer.send(new ProducerRecord<>(topic, value.getBytes())));
            }
            for (Future<RecordMetadata> future : futures) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
        return sent;
    }

    private List<String> consumeAll(String topic, int count) {
        List<String> seen = new ArrayList<>();
        try (var consumer = consumer(Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (seen.size() < count) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    seen.add(new String(record.value()));
                }
            }
        }
        return seen;
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", server.bootstrap(), "linger.ms", "2"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", server.bootstrap(), "auto.offset.reset", "earliest"));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
