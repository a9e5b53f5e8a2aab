package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterClientQuotasOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own clients with quotas: set, described, and felt. */
@Timeout(90)
final class QuotaClientsTest {
    private static final int RECORD_BYTES = 20_000;
    private static final int RECORDS = 50;
    private static final double BYTES_PER_SECOND = 300_000;

    @TempDir
    Path folder;

    private BrokerServer server;
    private Admin admin;

    @BeforeEach
    void start() {
        server = new BrokerServer(folder, broker -> broker.with("quota.window.num", "2"), door -> door);
        admin = Admin.create(Map.of("bootstrap.servers", server.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
        server.close();
    }

    @Test
    void quotasAreSetDescribedByFilterAndRemoved() throws Exception {
        ClientQuotaEntity user = entity(Map.of("user", "alice"));
        ClientQuotaEntity pair = new ClientQuotaEntity(both("alice", null));
        ClientQuotaEntity client = new ClientQuotaEntity(single("client-id", null));
        ClientQuotaEntity address = entity(Map.of("ip", "10.1.2.3"));
        alter(user, "producer_byte_rate", 1000.0);
        alter(user, "request_percentage", 12.5);
        alter(pair, "consumer_byte_rate", 2000.0);
        alter(client, "controller_mutation_rate", 3.0);
        alter(address, "connection_creation_rate", 4.0);

        assertThat(describe(ClientQuotaFilter.all()))
                .isEqualTo(Map.of(
                        user, Map.of("producer_byte_rate", 1000.0, "request_percentage", 12.5),
                        pair, Map.of("consumer_byte_rate", 2000.0),
                        client, Map.of("controller_mutation_rate", 3.0),
                        address, Map.of("connection_creation_rate", 4.0)));
        var alice = ClientQuotaFilterComponent.ofEntity("user", "alice");
        assertThat(describe(ClientQuotaFilter.contains(List.of(alice)))).containsOnlyKeys(user, pair);
        assertThat(describe(ClientQuotaFilter.containsOnly(List.of(alice)))).containsOnlyKeys(user);
        var anyClient = ClientQuotaFilterComponent.ofEntityType("client-id");
        assertThat(describe(ClientQuotaFilter.contains(List.of(anyClient)))).containsOnlyKeys(pair, client);
        var defaultClient = ClientQuotaFilterComponent.ofDefaultEntity("client-id");
        assertThat(describe(ClientQuotaFilter.containsOnly(List.of(defaultClient))))
                .containsOnlyKeys(client);

        alter(user, "producer_byte_rate", null);
        alter(pair, "consumer_byte_rate", null);
        assertThat(describe(ClientQuotaFilter.contains(List.of(alice))))
                .isEqualTo(Map.of(user, Map.of("request_percentage", 12.5)));
    }

    @Test
    void whatIsOnlyValidatedOrInvalidChangesNothing() throws Exception {
        ClientQuotaEntity user = entity(Map.of("user", "alice"));
        var wanted = List.of(
                new ClientQuotaAlteration(user, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1000.0))));
        admin.alterClientQuotas(wanted, new AlterClientQuotasOptions().validateOnly(true))
                .all()
                .get();

        assertInvalid(() -> alter(user, "no_such_quota", 1.0));
        assertInvalid(() -> alter(user, "producer_byte_rate", 0.0));
        assertInvalid(() -> alter(user, "producer_byte_rate", 1.5));
        assertInvalid(() -> alter(user, "connection_creation_rate", 1.0));
        assertInvalid(() -> alter(entity(Map.of("ip", "no address")), "connection_creation_rate", 1.0));
        assertInvalid(() -> alter(entity(Map.of("user", "u", "ip", "10.0.0.1")), "connection_creation_rate", 1.0));
        assertThat(describe(ClientQuotaFilter.all())).isEmpty();
    }

    @Test
    void quotasOutliveARestart() throws Exception {
        ClientQuotaEntity user = entity(Map.of("user", "alice"));
        alter(user, "producer_byte_rate", 1000.0);
        admin.close(Duration.ZERO);
        server.close();
        start();

        assertThat(describe(ClientQuotaFilter.all())).isEqualTo(Map.of(user, Map.of("producer_byte_rate", 1000.0)));
    }

    @Test
    void aProducerStaysWithinItsQuotaAndLosesNothing() throws Exception {
        server.create("t", 1);
        alter(entity(Map.of("client-id", "limited")), "producer_byte_rate", BYTES_PER_SECOND);

        long started = System.nanoTime();
        try (var producer = producer("limited")) {
            produce(producer);
            double seconds = (System.nanoTime() - started) / 1e9;
            // One window may be used at once, and one is not over yet.
            assertThat(RECORDS * RECORD_BYTES).isLessThan((int) (BYTES_PER_SECOND * (seconds + 2) + 2 * RECORD_BYTES));
            assertThat(metric(producer.metrics(), "produce-throttle-time-max")).isPositive();
        }
        assertThat(server.broker.topics().find("t").orElseThrow().partition(0).endOffset())
                .isEqualTo(RECORDS);
    }

    @Test
    void aConsumerStaysWithinItsQuotaAndGetsEverything() throws Exception {
        server.create("t", 1);
        try (var producer = producer("unlimited")) {
            produce(producer);
            assertThat(metric(producer.metrics(), "produce-throttle-time-max")).isZero();
        }
        alter(new ClientQuotaEntity(both("ANONYMOUS", "limited")), "consumer_byte_rate", BYTES_PER_SECOND);

        Map<String, Object> settings = Map.of(
                "bootstrap.servers", server.bootstrap(), "auto.offset.reset", "earliest", "client.id", "limited");
        long started = System.nanoTime();
        int seen = 0;
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            while (seen < RECORDS) {
                seen += consumer.poll(Duration.ofSeconds(1)).count();
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            assertThat(RECORDS * RECORD_BYTES).isLessThan((int) (BYTES_PER_SECOND * (seconds + 2) + 2 * RECORD_BYTES));
            assertThat(metric(consumer.metrics(), "fetch-throttle-time-max")).isPositive();
        }
    }

    /** Client telemetry, KIP-714, is not served: a client that would push its metrics sees that and goes on without. */
    @Test
    void aClientThatWouldPushItsMetricsGoesOnWithout() throws Exception {
        server.create("t", 1);
        try (var producer = producer("pushing")) {
            produce(producer);
        }
        List<io.sluice.common.Metric> metrics = new ArrayList<>();
        server.kafka.collect(metrics::add);
        assertThat(metrics)
                .filteredOn(metric -> metric.name().equals("sluice_requests_refused_total"))
                .singleElement()
                .satisfies(metric -> assertThat(metric.value()).isZero());
    }

    private void produce(KafkaProducer<byte[], byte[]> producer) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            sent.add(producer.send(new ProducerRecord<>("t", new byte[RECORD_BYTES])));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    private KafkaProducer<byte[], byte[]> producer(String clientId) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", server.bootstrap(), "client.id", clientId, "enable.metrics.push", "true");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void alter(ClientQuotaEntity entity, String key, @Nullable Double value)
            throws ExecutionException, InterruptedException {
        var op = new ClientQuotaAlteration.Op(key, value);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(entity, List.of(op))))
                .all()
                .get();
    }

    private Map<ClientQuotaEntity, Map<String, Double>> describe(ClientQuotaFilter filter)
            throws ExecutionException, InterruptedException {
        return admin.describeClientQuotas(filter).entities().get();
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call).hasCauseInstanceOf(InvalidRequestException.class);
    }

    private static ClientQuotaEntity entity(Map<String, String> parts) {
        return new ClientQuotaEntity(parts);
    }

    private static Map<String, String> single(String type, @Nullable String name) {
        Map<String, String> parts = new HashMap<>();
        parts.put(type, name);
        return parts;
    }

    private static Map<String, String> both(String user, @Nullable String clientId) {
        Map<String, String> parts = single("user", user);
        parts.put("client-id", clientId);
        return parts;
    }

    private static double metric(Map<MetricName, ? extends Metric> metrics, String name) {
        return metrics.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .mapToDouble(entry -> (double) entry.getValue().metricValue())
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
    }
}
