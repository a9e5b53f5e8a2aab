package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Framing, order, oddities of the protocol, sessions, bad bytes. */
@Timeout(60)
class RawConnectionTest {
    private final FakeServer server = new FakeServer();
    private final FakeTopics.FakeTopic topic = server.broker.topics().add("t", 2);
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        client = new RawClient(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void anUnknownVersionOfApiVersionsIsToldOurRangeInVersionZero() throws IOException {
        byte[] frame = RawClient.frame(KafkaApi.API_VERSIONS, 4, 9, software("raw"));
        ByteBuffer.wrap(frame).putShort(6, (short) 99);
        client.send(frame);
        var answer = (ApiVersionsResponseData) client.receive(KafkaApi.API_VERSIONS, 0, 9);
        assertThat(answer.errorCode()).isEqualTo((short) 35);
        assertThat(answer.apiKeys()).singleElement().satisfies(range -> {
            assertThat(range.apiKey()).isEqualTo((short) 18);
            assertThat(range.maxVersion()).isEqualTo((short) 4);
        });
    }

    @Test
    void produceIsAdvertisedFromZeroAndRefusedBelowThree() throws IOException {
        client.send(RawClient.frame(KafkaApi.API_VERSIONS, 4, 9, software("raw")));
        var answer = (ApiVersionsResponseData) client.receive(KafkaApi.API_VERSIONS, 4, 9);
        assertThat(answer.apiKeys().find((short) 0).minVersion()).isZero();
        assertThat(answer.apiKeys()).hasSize(KafkaApi.values().length);
        byte[] frame = RawClient.frame(KafkaApi.PRODUCE, 3, 1, produce((short) 1, EveryVersionTest.batch(1)));
        ByteBuffer.wrap(frame).putShort(6, (short) 2);
        client.send(frame);
        assertThat(client.isHungUpOn()).isTrue();
    }

    @Test
    void aClientSoftwareNameOfOtherCharactersIsRefused() throws IOException {
        client.send(RawClient.frame(KafkaApi.API_VERSIONS, 3, 9, software("no spaces")));
        var answer = (ApiVersionsResponseData) client.receive(KafkaApi.API_VERSIONS, 3, 9);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.kafkaCode());
    }

    @Test
    void lengthsThatAreNegativeOrTooLargeCloseTheConnection() throws IOException {
        client.send(ByteBuffer.allocate(4).putInt(-5).array());
        assertThat(client.isHungUpOn()).isTrue();
        try (var other = new RawClient(server.port())) {
            other.send(ByteBuffer.allocate(4).putInt((100 << 20) + 1).array());
            assertThat(other.isHungUpOn()).isTrue();
        }
    }

    @Test
    void anAnnouncedLengthTakesNoMemoryBeforeItsBytesArrive() throws IOException {
        byte[] head = new byte[8];
        ByteBuffer.wrap(head).putInt(100 << 20).putShort((short) 0).putShort((short) 9);
        client.send(head);
        byte[] ping = RawClient.frame(KafkaApi.API_VERSIONS, 0, 1, new ApiVersionsRequestData());
        try (var other = new RawClient(server.port())) {
            other.send(ping);
            other.receive(KafkaApi.API_VERSIONS, 0, 1);
        }
        double[] held = new double[1];
        server.kafka.collect(metric -> {
            if (metric.name().equals("sluice_kafka_request_memory_bytes")) {
                held[0] = metric.value();
            }
        });
        assertThat(held[0]).isLessThanOrEqualTo(128 << 10);
    }

    @Test
    void requestsInOneByteSliversAreAnswered() throws IOException {
        for (byte each : RawClient.frame(KafkaApi.METADATA, 9, 5, new MetadataRequestData().setTopics(null))) {
            client.send(new byte[] {each});
        }
        client.receive(KafkaApi.METADATA, 9, 5);
    }

    @Test
    void answersComeInTheOrderOfTheirRequests() throws IOException {
        int count = 500;
        Thread.ofVirtual().start(() -> sendMixed(count));
        for (int i = 0; i < count; i++) {
            assertThat(client.receive().getInt()).isEqualTo(i);
        }
    }

    private void sendMixed(int count) {
        try {
            for (int i = 0; i < count; i++) {
                client.send(
                        switch (i % 3) {
                            case 0 ->
                                RawClient.frame(
                                        KafkaApi.PRODUCE, 9, i, produce((short) -1, EveryVersionTest.batch(100)));
                            case 1 -> RawClient.frame(KafkaApi.FETCH, 11, i, fetch(0, -1, 0, 0, List.of(0)));
                            default ->
                                RawClient.frame(KafkaApi.METADATA, 9, i, new MetadataRequestData().setTopics(null));
                        });
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void twoBatchesForOnePartitionAreRefused() throws IOException {
        ByteBuffer one = EveryVersionTest.batch(5);
        ByteBuffer two = ByteBuffer.allocate(2 * one.remaining())
                .put(one.duplicate())
                .put(one.duplicate())
                .flip();
        assertThat(produceError(two)).isEqualTo(ErrorCode.INVALID_RECORD.kafkaCode());
        assertThat(produceError(ByteBuffer.allocate(0))).isEqualTo(ErrorCode.INVALID_RECORD.kafkaCode());
    }

    @Test
    void anUnansweredAppendThatFailsClosesTheConnection() throws IOException {
        topic.fake(0).failAppends(ErrorCode.STORAGE_ERROR);
        client.send(RawClient.frame(KafkaApi.PRODUCE, 9, 1, produce((short) 0, EveryVersionTest.batch(5))));
        assertThat(client.isHungUpOn()).isTrue();
    }

    @Test
    void aLargeBatchIsGivenWholeAlthoughTheReaderWantsLess() throws IOException {
        assertThat(produceError(EveryVersionTest.batch(700_000))).isZero();
        FetchRequestData request = fetch(0, -1, 0, 0, List.of(0));
        request.setMaxBytes(10);
        request.topics().getFirst().partitions().getFirst().setPartitionMaxBytes(10);
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 3, request));
        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, 11, 3);
        assertThat(answer.responses()
                        .getFirst()
                        .partitions()
                        .getFirst()
                        .records()
                        .sizeInBytes())
                .isGreaterThan(700_000);
    }

    @Test
    void epochsAndOffsetsOutsideAreErrorsOfTheirPartitionOnly() throws IOException {
        FetchRequestData request = fetch(0, -1, 0, 10_000, List.of(0, 1));
        request.topics().getFirst().partitions().get(0).setFetchOffset(44);
        request.topics().getFirst().partitions().get(1).setCurrentLeaderEpoch(1);
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 3, request));
        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, 11, 3);
        var partitions = answer.responses().getFirst().partitions();
        assertThat(partitions.get(0).errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.kafkaCode());
        assertThat(partitions.get(1).errorCode()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.kafkaCode());
    }

    @Test
    void anUnknownTopicIdIsNamedAsSuch() throws IOException {
        FetchRequestData request = fetch(0, -1, 0, 10_000, List.of(0));
        request.topics().getFirst().setTopic("").setTopicId(new Uuid(5, 5));
        client.send(RawClient.frame(KafkaApi.FETCH, 13, 3, request));
        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, 13, 3);
        assertThat(answer.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.kafkaCode());
    }

    @Test
    void aSessionAnswersWithNewsOnly() throws IOException {
        FetchResponseData first = exchange(fetch(0, 0, 0, 0, List.of(0, 1)));
        assertThat(first.sessionId()).isPositive();
        assertThat(first.responses().getFirst().partitions()).hasSize(2);
        assertThat(exchange(fetch(first.sessionId(), 1, 0, 0, List.of())).responses())
                .isEmpty();
        assertThat(produceError(EveryVersionTest.batch(5))).isZero();
        FetchResponseData third = exchange(fetch(first.sessionId(), 2, 0, 0, List.of()));
        assertThat(third.responses().getFirst().partitions()).hasSize(1);
        FetchRequestData forget = fetch(first.sessionId(), 3, 0, 0, List.of());
        forget.setForgottenTopicsData(
                List.of(new FetchRequestData.ForgottenTopic().setTopic("t").setPartitions(List.of(0))));
        assertThat(exchange(forget).responses()).isEmpty();
    }

    @Test
    void sessionsThatAreUnknownOrAtAnotherEpochAreErrors() throws IOException {
        assertThat(exchange(fetch(12345, 1, 0, 0, List.of())).errorCode())
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.kafkaCode());
        int id = exchange(fetch(0, 0, 0, 0, List.of(0))).sessionId();
        assertThat(exchange(fetch(id, 7, 0, 0, List.of())).errorCode())
                .isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH.kafkaCode());
        client.send(RawClient.frame(KafkaApi.FETCH, 13, 8, fetch(id, 1, 0, 0, List.of())));
        assertThat(((FetchResponseData) client.receive(KafkaApi.FETCH, 13, 8)).errorCode())
                .isEqualTo(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR.kafkaCode());
    }

    @Test
    void aWaitingFetchEndsWhenItsTopicIsDeleted() throws IOException {
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 3, fetch(0, -1, 1, 50_000, List.of(0, 1))));
        awaitListener();
        server.broker.topics().delete(topic.id());
        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, 11, 3);
        assertThat(answer.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.kafkaCode());
    }

    @Test
    void aConnectionThatEndsLeavesNoWaiterBehind() throws IOException {
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 3, fetch(0, -1, 1, 50_000, List.of(0, 1))));
        awaitListener();
        client.close();
        while (topic.fake(0).listenerCount() + topic.fake(1).listenerCount() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void stoppingAnswersWhoWaits() throws IOException {
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 3, fetch(0, -1, 1, 50_000, List.of(0))));
        awaitListener();
        Thread.ofVirtual().start(() -> server.kafka.stop(java.time.Duration.ofSeconds(5)));
        client.receive(KafkaApi.FETCH, 11, 3);
        assertThat(client.isHungUpOn()).isTrue();
    }

    @Test
    void mutatedRequestsHarmNobodyElse() throws Exception {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        List<byte[]> valid = List.of(
                RawClient.frame(KafkaApi.PRODUCE, 9, 1, produce((short) -1, EveryVersionTest.batch(50))),
                RawClient.frame(KafkaApi.PRODUCE, 3, 1, produce((short) 0, EveryVersionTest.batch(50))),
                RawClient.frame(KafkaApi.FETCH, 12, 1, fetch(0, 0, 0, 0, List.of(0, 1))),
                RawClient.frame(KafkaApi.METADATA, 9, 1, new MetadataRequestData().setTopics(null)),
                RawClient.frame(KafkaApi.API_VERSIONS, 3, 1, software("raw")));
        for (int round = 0; round < 1_500; round++) {
            byte[] frame = valid.get(random.nextInt(valid.size())).clone();
            int flips = 1 + random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                frame[4 + random.nextInt(frame.length - 4)] = (byte) random.nextInt(256);
            }
            try (var hostile = new RawClient(server.port())) {
                hostile.send(frame);
            } catch (java.net.SocketException e) {
                continue;
            }
        }
        assertThat(produceError(EveryVersionTest.batch(5))).as("seed %d", seed).isZero();
        client.close();
        server.kafka.stop(java.time.Duration.ofSeconds(3));
        assertThat(server.broker.outstandingBytes()).isZero();
        double[] held = new double[1];
        server.kafka.collect(metric -> {
            if (metric.name().endsWith("memory_bytes")) {
                held[0] += metric.value();
            }
        });
        assertThat(held[0]).as("seed %d", seed).isZero();
        server.close();
        assertThat(server.liveBufferCount()).as("seed %d", seed).isZero();
    }

    private void awaitListener() {
        while (topic.fake(0).listenerCount() == 0) {
            Thread.onSpinWait();
        }
    }

    private FetchResponseData exchange(FetchRequestData request) throws IOException {
        client.send(RawClient.frame(KafkaApi.FETCH, 11, 6, request));
        return (FetchResponseData) client.receive(KafkaApi.FETCH, 11, 6);
    }

    private short produceError(ByteBuffer records) throws IOException {
        client.send(RawClient.frame(KafkaApi.PRODUCE, 9, 2, produce((short) -1, records)));
        var answer = (ProduceResponseData) client.receive(KafkaApi.PRODUCE, 9, 2);
        return answer.responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst()
                .errorCode();
    }

    private static ApiMessage produce(short acks, ByteBuffer records) {
        var request = new ProduceRequestData().setAcks(acks).setTimeoutMs(1_000);
        request.topicData()
                .add(new ProduceRequestData.TopicProduceData()
                        .setName("t")
                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                .setIndex(0)
                                .setRecords(MemoryRecords.readableRecords(records)))));
        return request;
    }

    private static FetchRequestData fetch(
            int sessionId, int sessionEpoch, int minBytes, int maxWaitMs, List<Integer> partitions) {
        var request = new FetchRequestData()
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(minBytes)
                .setMaxBytes(1 << 20)
                .setSessionId(sessionId)
                .setSessionEpoch(sessionEpoch);
        if (!partitions.isEmpty()) {
            request.setTopics(List.of(new FetchTopic()
                    .setTopic("t")
                    .setPartitions(partitions.stream()
                            .map(index ->
                                    new FetchPartition().setPartition(index).setPartitionMaxBytes(1 << 20))
                            .toList())));
        }
        return request;
    }

    private static ApiVersionsRequestData software(String name) {
        return new ApiVersionsRequestData().setClientSoftwareName(name).setClientSoftwareVersion("1.0");
    }
}
