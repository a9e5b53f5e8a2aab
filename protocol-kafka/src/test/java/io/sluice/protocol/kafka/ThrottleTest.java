package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.Metric;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients above their quotas: told at once, and kept waiting, without losing anything or disturbing others. */
@Timeout(60)
final class ThrottleTest {
    private static final int VERSION = 12;
    private static final Pattern THROTTLE = Pattern.compile("throttleTimeMs=(\\d+)");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private BrokerServer server;

    /** Windows are few, so that what is allowed at once is little and tests need not wait long. */
    @BeforeEach
    void start() {
        server = new BrokerServer(
                folder,
                broker -> broker.with("quota.window.num", "2").with("controller.quota.window.num", "1"),
                door -> door);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyAnswerThatCanTellSaysHowLongItsClientMustRest() {
        limit(QuotaKey.REQUEST_PERCENTAGE, 1e-6);
        try (WireClient first = server.client()) {
            first.ask(
                    KafkaApi.LIST_GROUPS,
                    0,
                    Samples.of(server.create("t", 1)).request(KafkaApi.LIST_GROUPS, 0),
                    ApiMessage.class);
        }
        for (KafkaApi api : KafkaApi.values()) {
            for (short version = api.versionMin(); version <= api.versionMax(); version++) {
                Samples samples = new Samples("t", Samples.uuid(topic("t")), "nobody-" + api + version);
                try (WireClient client = server.client()) {
                    ApiMessage answer = client.ask(api, version, samples.request(api, version), ApiMessage.class);
                    assertThat(throttleMs(answer) > 0)
                            .as(api + " " + version + " " + answer)
                            .isEqualTo(canTell(api, version));
                }
            }
        }
    }

    private static boolean canTell(KafkaApi api, short version) {
        return ApiMessageType.fromApiKey(api.key()).responseSchemas()[version].get("throttle_time_ms") != null;
    }

    @Test
    void aProducerAboveItsQuotaIsAnsweredAtOnceAndHeardAgainAfterItsRest() {
        limit(QuotaKey.PRODUCER_BYTE_RATE, 100_000);
        Samples samples = Samples.of(server.create("t", 1));
        try (WireClient client = server.client();
                WireClient other = server.client()) {
            long sent = System.nanoTime();
            client.send(KafkaApi.PRODUCE, VERSION, large(samples, 150_000));
            client.send(KafkaApi.PRODUCE, VERSION, large(samples, 150_000));
            client.send(KafkaApi.METADATA, VERSION, samples.request(KafkaApi.METADATA, VERSION));

            client.receive(KafkaApi.PRODUCE, VERSION, 1);
            var throttled = (ProduceResponseData) client.receive(KafkaApi.PRODUCE, VERSION, 2);
            assertThat(throttled.throttleTimeMs()).isPositive();
            other.ask(
                    KafkaApi.METADATA,
                    VERSION,
                    samples.request(KafkaApi.METADATA, VERSION),
                    MetadataResponseData.class);
            client.receive(KafkaApi.METADATA, VERSION, 3);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent))
                    .isGreaterThanOrEqualTo(throttled.throttleTimeMs());
            assertThat(metric("sluice_kafka_throttled_requests_total")).isPositive();
        }
    }

    @Test
    void whatAThrottledClientSentBeforeItHungUpIsNotLost() {
        limit(QuotaKey.PRODUCER_BYTE_RATE, 100_000);
        Topic topic = server.create("t", 1);
        Samples samples = Samples.of(topic);
        try (WireClient client = server.client()) {
            client.send(KafkaApi.PRODUCE, VERSION, large(samples, 250_000));
            client.receive(KafkaApi.PRODUCE, VERSION, 1);
            limit(QuotaKey.PRODUCER_BYTE_RATE, 1e9);
            for (int i = 0; i < 20; i++) {
                client.send(KafkaApi.PRODUCE, VERSION, large(samples, 20_000).setAcks((short) 0));
            }
        }
        await(() -> topic.partition(0).endOffset() == 21);
        await(() -> metric("sluice_kafka_request_memory_bytes") == 0);
    }

    @Test
    void aConsumerAboveItsQuotaGetsAnEmptyAnswerAndItsSessionGoesOn() {
        Samples samples = filled(6, 50_000);
        limit(QuotaKey.CONSUMER_BYTE_RATE, 50_000);
        List<Integer> sizes = new ArrayList<>();
        List<Integer> throttles = new ArrayList<>();
        long started = System.nanoTime();
        try (WireClient client = server.client()) {
            int sessionId = 0;
            long offset = 0;
            for (int epoch = 0; offset < 6; epoch++) {
                var request = samples.fetch(
                                VERSION,
                                new FetchPartition()
                                        .setPartition(0)
                                        .setFetchOffset(offset)
                                        .setPartitionMaxBytes(1))
                        .setSessionId(sessionId)
                        .setSessionEpoch(epoch);
                FetchResponseData answer = client.ask(KafkaApi.FETCH, VERSION, request, FetchResponseData.class);
                assertThat(answer.errorCode()).isZero();
                int bytes = answer.responses().isEmpty()
                        ? 0
                        : answer.responses()
                                .getFirst()
                                .partitions()
                                .getFirst()
                                .records()
                                .sizeInBytes();
                sizes.add(bytes);
                throttles.add(answer.throttleTimeMs());
                sessionId = answer.sessionId();
                offset += bytes > 0 ? 1 : 0;
                epoch = sessionId == 0 ? -1 : epoch;
            }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        assertThat(throttles).anyMatch(ms -> ms > 0);
        // What was allowed at once in the beginning, and one batch at the end.
        assertThat(sizes.stream().mapToInt(size -> size).sum()).isLessThan((int) (50_000 * (seconds + 2) + 2 * 50_100));
    }

    @Test
    void aBatchLargerThanAQuotasWholeWindowStillGetsThrough() {
        Samples samples = filled(1, 50_000);
        limit(QuotaKey.CONSUMER_BYTE_RATE, 100);
        try (WireClient client = server.client()) {
            FetchResponseData answer =
                    client.ask(KafkaApi.FETCH, VERSION, samples.fetch(VERSION), FetchResponseData.class);

            assertThat(answer.responses()
                            .getFirst()
                            .partitions()
                            .getFirst()
                            .records()
                            .sizeInBytes())
                    .isGreaterThan(50_000);
            assertThat(answer.throttleTimeMs()).isGreaterThan(100_000);
        }
    }

    @Test
    void changesAboveTheQuotaAreRefusedWhereTheVersionKnowsTheErrorAndThrottledWhereNot() {
        limit(QuotaKey.CONTROLLER_MUTATION_RATE, 1);
        try (WireClient first = server.client()) {
            var created = first.ask(KafkaApi.CREATE_TOPICS, 7, create("a", 5), CreateTopicsResponseData.class);
            assertThat(created.topics().iterator().next().errorCode()).isZero();
            assertThat(created.throttleTimeMs()).isZero();
        }
        try (WireClient second = server.client()) {
            var refused = second.ask(KafkaApi.CREATE_TOPICS, 7, create("b", 1), CreateTopicsResponseData.class);
            assertThat(refused.topics().iterator().next().errorCode()).isEqualTo((short) 89);
            assertThat(refused.throttleTimeMs()).isPositive();
        }
        try (WireClient third = server.client()) {
            var served = third.ask(KafkaApi.CREATE_TOPICS, 5, create("c", 1), CreateTopicsResponseData.class);
            assertThat(served.topics().iterator().next().errorCode()).isZero();
            assertThat(served.throttleTimeMs()).isPositive();
        }
        assertThat(server.broker.topics().find("b")).isEmpty();
        try (WireClient fourth = server.client()) {
            Samples missing = new Samples("made-by-asking", Uuid.ZERO_UUID, "g");
            var made = fourth.ask(
                    KafkaApi.METADATA, 11, missing.request(KafkaApi.METADATA, 11), MetadataResponseData.class);
            assertThat(made.throttleTimeMs()).isPositive();
        }
    }

    private static CreateTopicsRequestData create(String name, int partitionCount) {
        var request = new CreateTopicsRequestData();
        request.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName(name)
                        .setNumPartitions(partitionCount)
                        .setReplicationFactor((short) 1));
        return request;
    }

    private Samples filled(int batchCount, int batchBytes) {
        Samples samples = Samples.of(server.create("t", 1));
        try (WireClient producer = server.client()) {
            for (int i = 0; i < batchCount; i++) {
                producer.ask(KafkaApi.PRODUCE, VERSION, large(samples, batchBytes), ProduceResponseData.class);
            }
        }
        return samples;
    }

    private static ProduceRequestData large(Samples samples, int lengthBytes) {
        var data =
                new PartitionProduceData().setIndex(0).setRecords(Batches.records(Batches.of("x".repeat(lengthBytes))));
        return samples.produce(VERSION, data);
    }

    private Topic topic(String name) {
        return server.broker.topics().find(name).orElseGet(() -> server.create(name, 1));
    }

    private void limit(QuotaKey key, double value) {
        QuotaEntity raw = QuotaEntity.of(Kind.CLIENT_ID, Optional.of("raw"));
        List<Result<QuotaEntity>> results = server.broker
                .quotas()
                .alter(List.of(new QuotaAlteration(raw, Map.of(key.kafkaName(), OptionalDouble.of(value)))), false)
                .join();
        assertThat(results).allMatch(Result::isOk);
    }

    private double metric(String name) {
        List<Metric> metrics = new ArrayList<>();
        server.kafka.collect(metrics::add);
        return metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .mapToDouble(Metric::value)
                .sum();
    }

    private static int throttleMs(ApiMessage answer) {
        Matcher matcher = THROTTLE.matcher(answer.toString());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
