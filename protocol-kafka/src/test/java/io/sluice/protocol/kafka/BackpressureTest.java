package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sluice.broker.api.Topic;
import io.sluice.common.Metric;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.ListenerSettings;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not take answers or send more than can be stored: memory stays bounded, others go on. */
final class BackpressureTest {
    private static final int VERSION = 12;
    private static final long ANSWER_MEMORY_BYTES = 2 << 20;
    private static final int BATCH_BYTES = 200_000;
    private static final int BATCH_COUNT = 12;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    @Test
    void roomThatComesAfterTheEndWakesNobodyAndFailsNobody() {
        FakePartition full = fullPartitionOfAStoppedServer();

        assertThatCode(() -> full.room(true)).doesNotThrowAnyException();
    }

    private static FakePartition fullPartitionOfAStoppedServer() {
        try (FakeServer server = new FakeServer();
                WireClient client = new WireClient(server.port())) {
            FakeTopics.FakeTopic topic = server.broker.topics().add("full", 1);
            topic.fake(0).room(false);
            client.send(KafkaApi.PRODUCE, VERSION, Samples.of(topic).produce(VERSION));
            while (!topic.fake(0).isAwaited()) {
                Thread.onSpinWait();
            }
            return topic.fake(0);
        }
    }

    @Test
    void readersThatTakeNothingHoldNoMoreThanTheLimitAndAreEndedOnceOthersWait() {
        try (BrokerServer server = tight(folder)) {
            Samples samples = filled(server);
            List<WireClient> stuck = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                WireClient reader = server.client();
                stuck.add(reader);
                for (int j = 0; j < 60; j++) {
                    reader.send(KafkaApi.FETCH, VERSION, everything(samples, 4 << 20));
                }
            }

            try (WireClient healthy = server.client()) {
                for (int i = 0; i < 5; i++) {
                    FetchResponseData answer =
                            healthy.ask(KafkaApi.FETCH, VERSION, everything(samples, 1), FetchResponseData.class);
                    assertThat(answer.responses()
                                    .getFirst()
                                    .partitions()
                                    .getFirst()
                                    .records()
                                    .sizeInBytes())
                            .isGreaterThan(BATCH_BYTES);
                }
            }
            // One batch above the limit for each event loop that read when little was left.
            assertThat(answerMemory(server)).isLessThan(ANSWER_MEMORY_BYTES + 4 * BATCH_BYTES);
            stuck.forEach(WireClient::close);
            await(() -> answerMemory(server) == 0);
        }
    }

    @Test
    void aProducerAheadOfTheDiskIsHeldBackAndLosesNothing() throws Exception {
        try (FakeServer fake = new FakeServer();
                WireClient producer = new WireClient(fake.port());
                WireClient other = new WireClient(fake.port())) {
            var topic = fake.broker.topics().add("full", 1);
            Samples samples = Samples.of(topic);
            topic.fake(0).room(false);
            CompletableFuture<Integer> sending = CompletableFuture.supplyAsync(() -> sendMany(producer, samples));

            // The socket fills up, so the client cannot send all of it: that is what holding back means.
            await(() -> requestMemory(fake) > 0);
            assertThat(other.ask(
                            KafkaApi.LIST_OFFSETS,
                            5,
                            samples.listOffsets(-1),
                            org.apache.kafka.common.message.ListOffsetsResponseData.class))
                    .isNotNull();
            assertThat(sending).isNotDone();
            assertThat(requestMemory(fake)).isLessThan(4 << 20);
            topic.fake(0).room(true);

            int sent = sending.get(60, TimeUnit.SECONDS);
            for (int i = 1; i <= sent; i++) {
                var answer = (ProduceResponseData) producer.receive(KafkaApi.PRODUCE, VERSION, i);
                assertThat(answer.responses()
                                .iterator()
                                .next()
                                .partitionResponses()
                                .getFirst()
                                .baseOffset())
                        .isEqualTo(i - 1);
            }
            await(() -> requestMemory(fake) == 0);
        }
    }

    @Test
    void connectionsAboveTheLimitAreClosedAndTheOthersServed() {
        try (BrokerServer server = new BrokerServer(folder, broker -> broker, BackpressureTest::twoConnections);
                WireClient first = server.client();
                WireClient second = server.client()) {
            Samples samples = Samples.of(server.create("t", 1));
            first.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);
            second.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);

            try (WireClient third = server.client()) {
                assertThat(third.isHungUp()).isTrue();
            }
            first.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);
        }
    }

    private static KafkaSettings twoConnections(KafkaSettings door) {
        ListenerSettings two = door.listener().with(ConnectionLimits.of(2, 0));
        return new KafkaSettings(two, door.advertisedHost(), door.advertisedPort(), door.limits());
    }

    /** Little memory for answers, and little patience with those who do not take them. */
    private static BrokerServer tight(Path folder) {
        KafkaLimits limits = new KafkaLimits(100 << 20, 64 << 20, ANSWER_MEMORY_BYTES, 55 << 20, 64, 1000, 2000, 200);
        return new BrokerServer(
                folder,
                broker -> broker,
                door -> new KafkaSettings(door.listener(), door.advertisedHost(), door.advertisedPort(), limits));
    }

    private static Samples filled(BrokerServer server) {
        Topic topic = server.create("t", 1);
        Samples samples = Samples.of(topic);
        try (WireClient producer = server.client()) {
            for (int i = 0; i < BATCH_COUNT; i++) {
                var data = new PartitionProduceData().setIndex(0).setRecords(Batches.records(large()));
                producer.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION, data), ProduceResponseData.class);
            }
        }
        return samples;
    }

    private static int sendMany(WireClient producer, Samples samples) {
        int count = 60;
        var data = new PartitionProduceData().setIndex(0).setRecords(Batches.records(large()));
        try {
            for (int i = 0; i < count; i++) {
                producer.send(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION, data));
            }
        } catch (UncheckedIOException e) {
            throw new IllegalStateException("the broker hung up", e);
        }
        return count;
    }

    private static ByteBuffer large() {
        return Batches.of("x".repeat(BATCH_BYTES));
    }

    private static org.apache.kafka.common.message.FetchRequestData everything(Samples samples, int maxBytes) {
        var partition = new FetchPartition().setPartition(0).setPartitionMaxBytes(4 << 20);
        return samples.fetch(VERSION, partition).setMaxBytes(maxBytes);
    }

    private static long answerMemory(BrokerServer server) {
        return gauge(server.kafka, "sluice_kafka_answer_memory_bytes");
    }

    private static long requestMemory(FakeServer server) {
        return gauge(server.kafka, "sluice_kafka_request_memory_bytes");
    }

    private static long gauge(KafkaProtocol kafka, String name) {
        List<Metric> metrics = new ArrayList<>();
        kafka.collect(metrics::add);
        return (long) metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
