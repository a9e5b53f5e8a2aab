package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.Metric;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.ListenerSettings;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to connections at the listener's limits. */
@Timeout(60)
final class ConnectionLimitsTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private static FakeServer server(ConnectionLimits limits, long idleMs) {
        return new FakeServer(door -> {
            ListenerSettings plain = door.listener();
            ListenerSettings limited =
                    new ListenerSettings(plain.name(), plain.host(), plain.port(), limits, idleMs, 1 << 20, 256 << 10);
            return new KafkaSettings(limited, door.advertisedHost(), door.advertisedPort(), door.limits());
        });
    }

    @Test
    void oneAddressCannotHaveMoreConnectionsThanItMay() {
        try (FakeServer server = server(new ConnectionLimits(100, 0, 3, Map.of(), Integer.MAX_VALUE), 0)) {
            List<WireClient> served = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                served.add(new WireClient(server.port()));
                ask(served.getLast());
            }
            for (int i = 0; i < 20; i++) {
                try (WireClient refused = new WireClient(server.port())) {
                    assertThat(refused.isHungUp()).isTrue();
                }
            }
            served.forEach(ConnectionLimitsTest::ask);
            assertThat(metric(server, "sluice_connections_refused_total", "reason", "address"))
                    .isEqualTo(20);
            assertThat(metric(server, "sluice_connections", "listener", "kafka"))
                    .isEqualTo(3);

            served.removeFirst().close();
            await(() -> metric(server, "sluice_connections", "listener", "kafka") == 2);
            try (WireClient next = new WireClient(server.port())) {
                ask(next);
            }
            served.forEach(WireClient::close);
        }
    }

    @Test
    void aFullListenerLetsTheOperatorOfThisMachineIn() {
        try (FakeServer server = server(ConnectionLimits.of(1, 1), 0);
                WireClient first = new WireClient(server.port());
                WireClient operator = new WireClient(server.port())) {
            ask(first);
            ask(operator);
            try (WireClient third = new WireClient(server.port())) {
                assertThat(third.isHungUp()).isTrue();
            }
            assertThat(metric(server, "sluice_connections_refused_total", "reason", "full"))
                    .isEqualTo(1);
        }
    }

    @Test
    void connectionsThatComeTooFastWaitAndAreServedThen() {
        try (FakeServer server = server(new ConnectionLimits(1_000, 0, 1_000, Map.of(), 20), 0)) {
            List<WireClient> clients = new ArrayList<>();
            for (int i = 0; i < 230; i++) {
                clients.add(new WireClient(server.port()));
            }
            clients.forEach(ConnectionLimitsTest::ask);
            assertThat(metric(server, "sluice_accepting_paused_total", "listener", "kafka"))
                    .isPositive();
            clients.forEach(WireClient::close);
        }
    }

    @Test
    void aSilentConnectionIsClosedAndOneThatSpeaksIsNot() {
        try (FakeServer server = server(ConnectionLimits.of(10, 0), 400);
                WireClient silent = new WireClient(server.port());
                WireClient speaking = new WireClient(server.port())) {
            ask(silent);
            long asked = System.nanoTime();
            while (metric(server, "sluice_connections", "listener", "kafka") == 2) {
                ask(speaking);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)).isGreaterThanOrEqualTo(350);
            assertThat(silent.isHungUp()).isTrue();
            ask(speaking);
        }
    }

    @Test
    void aRequestThatWouldBecomeTooManyObjectsIsRefused() {
        try (FakeServer server = new FakeServer();
                WireClient greedy = new WireClient(server.port());
                WireClient other = new WireClient(server.port())) {
            List<MetadataRequestTopic> names = new ArrayList<>();
            for (int i = 0; i < 500_000; i++) {
                names.add(new MetadataRequestTopic().setName("x"));
            }
            greedy.send(KafkaApi.METADATA, 1, new MetadataRequestData().setTopics(names));

            assertThat(greedy.isHungUp()).isTrue();
            ask(other);
            assertThat(metric(server, "sluice_requests_refused_total", "listener", "kafka"))
                    .isEqualTo(1);
            await(() -> metric(server, "sluice_kafka_request_memory_bytes", "", "") == 0);
        }
    }

    @Test
    void fetchesThatNameVeryManyPartitionsWaitOnlyWhileThereIsRoomForThem() {
        try (FakeServer server = new FakeServer(ConnectionLimitsTest::littleRequestMemory)) {
            List<WireClient> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(new WireClient(server.port()));
                waiting.getLast().send(KafkaApi.FETCH, 12, fetch(server, 4_000));
            }
            // Only two fit, at 120 bytes a partition; which of them is answered at once does not matter.
            await(() -> metric(server, "sluice_requests_total", "listener", "kafka") == 3);
            try (WireClient next = new WireClient(server.port())) {
                var answer = next.ask(KafkaApi.FETCH, 12, fetch(server, 4_000), FetchResponseData.class);
                assertThat(answer.responses().getFirst().partitions()).hasSize(4_000);
            }
            waiting.forEach(WireClient::close);
        }
    }

    @Test
    void aFetchOfMorePartitionsThanABrokerHasIsRefused() {
        try (FakeServer server = new FakeServer();
                WireClient greedy = new WireClient(server.port())) {
            greedy.send(KafkaApi.FETCH, 12, fetch(server, 200_001));

            assertThat(greedy.isHungUp()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProduceOfMorePartitionsOrTopicsThanABrokerHasIsRefused(boolean inOneTopic) {
        try (FakeServer server = new FakeServer();
                WireClient greedy = new WireClient(server.port());
                WireClient other = new WireClient(server.port())) {
            ProduceRequestData request = new ProduceRequestData().setAcks((short) -1);
            List<PartitionProduceData> partitions = Collections.nCopies(200_001, new PartitionProduceData());
            if (inOneTopic) {
                request.topicData().add(new TopicProduceData().setName("t").setPartitionData(partitions));
            } else {
                for (int i = 0; i < 200_001; i++) {
                    request.topicData().add(new TopicProduceData().setName("t" + i));
                }
            }
            greedy.send(KafkaApi.PRODUCE, 9, request);

            assertThat(greedy.isHungUp()).isTrue();
            ask(other);
        }
    }

    @Test
    void largeAnswersThatNobodyTakesAreCountedUntilTheirConnectionEnds() {
        try (FakeServer server = new FakeServer()) {
            server.broker.topics().add("wide", 50_000);
            WireClient stuck = new WireClient(server.port());
            for (int i = 0; i < 60; i++) {
                stuck.send(KafkaApi.METADATA, 1, new MetadataRequestData().setTopics(null));
            }

            await(() -> metric(server, "sluice_kafka_answer_memory_bytes", "", "") > 0);
            stuck.close();
            await(() -> metric(server, "sluice_kafka_answer_memory_bytes", "", "") == 0);
        }
    }

    private static KafkaSettings littleRequestMemory(KafkaSettings door) {
        KafkaLimits plain = door.limits();
        KafkaLimits little = new KafkaLimits(
                plain.requestBytesMax(),
                1 << 20,
                plain.answerMemoryBytes(),
                plain.fetchBytesMax(),
                plain.inFlightMax(),
                plain.fetchSessionsMax(),
                plain.shareSessionsMax(),
                plain.stallTimeoutMs());
        return new KafkaSettings(door.listener(), door.advertisedHost(), door.advertisedPort(), little);
    }

    /** Of the same empty partition, again and again, with a long wait. */
    private static FetchRequestData fetch(FakeServer server, int partitionCount) {
        if (server.broker.topics().find("t").isEmpty()) {
            server.broker.topics().add("t", 1);
        }
        List<FetchPartition> partitions = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new FetchPartition().setPartition(0).setPartitionMaxBytes(1));
        }
        return new FetchRequestData()
                .setSessionEpoch(-1)
                .setMaxWaitMs(600_000)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setTopics(List.of(new FetchTopic().setTopic("t").setPartitions(partitions)));
    }

    private static void ask(WireClient client) {
        client.ask(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), ListGroupsResponseData.class);
    }

    private static double metric(FakeServer server, String name, String label, String value) {
        List<Metric> metrics = new ArrayList<>();
        server.kafka.collect(metrics::add);
        return metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .filter(metric ->
                        label.isEmpty() || value.equals(metric.labels().get(label)))
                .mapToDouble(Metric::value)
                .sum();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
