package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.common.TopicId;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental fetch sessions, KIP-227. */
final class FetchSessionTest {
    private static final int VERSION = 13;

    @TempDir
    Path folder;

    private BrokerServer server;
    private WireClient client;
    private Samples samples;

    @BeforeEach
    void start() {
        server = new BrokerServer(folder);
        client = server.client();
        Topic topic = server.create("t", 3);
        samples = Samples.of(topic);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aSessionNamesEveryPartitionFirstAndThenOnlyThoseWithNews() {
        FetchResponseData first = fetch(0, 0, from(0), from(1), from(2));
        int id = first.sessionId();
        assertThat(id).isPositive();
        assertThat(named(first)).containsExactly(0, 1, 2);

        assertThat(named(fetch(id, 1))).isEmpty();
        append(1);
        assertThat(named(fetch(id, 2))).containsExactly(1);
        // The client has not moved on, so the records come again: what it wants is what the session says.
        assertThat(named(fetch(id, 3))).containsExactly(1);
        assertThat(named(fetch(id, 4, from(1).setFetchOffset(2)))).isEmpty();
    }

    @Test
    void partitionsJoinAndLeaveASession() {
        int id = fetch(0, 0, from(0)).sessionId();
        append(0);
        append(1);

        assertThat(named(fetch(id, 1, from(1)))).containsExactly(0, 1);
        FetchRequestData request = request(id, 2);
        request.setForgottenTopicsData(
                List.of(new ForgottenTopic().setTopicId(samples.topicId()).setPartitions(List.of(0))));
        assertThat(named(ask(request))).containsExactly(1);
    }

    @Test
    void aSessionWithoutPartitionsEnds() {
        int id = fetch(0, 0, from(0)).sessionId();
        FetchRequestData request = request(id, 1);
        request.setForgottenTopicsData(
                List.of(new ForgottenTopic().setTopicId(samples.topicId()).setPartitions(List.of(0))));

        assertThat(ask(request).sessionId()).isZero();
        assertThat(fetch(id, 2).errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.kafkaCode());
    }

    @Test
    void wrongIdsAndEpochsAreTold() {
        int id = fetch(0, 0, from(0)).sessionId();

        assertThat(fetch(id ^ 1, 1).errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.kafkaCode());
        assertThat(fetch(id, 7).errorCode()).isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH.kafkaCode());
        assertThat(fetch(id, 1).errorCode()).isZero();
        assertThat(fetch(id, 1).errorCode()).isEqualTo(ErrorCode.INVALID_FETCH_SESSION_EPOCH.kafkaCode());
        assertThat(fetch(id, 2).errorCode()).isZero();
    }

    @Test
    void namesAndIdsDoNotMixInOneSession() {
        int id = fetch(0, 0, from(0)).sessionId();

        FetchResponseData byName = client.ask(KafkaApi.FETCH, 12, request(id, 1), FetchResponseData.class);

        assertThat(byName.errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR.kafkaCode());
    }

    @Test
    void aFullFetchEndsTheSessionItNames() {
        int id = fetch(0, 0, from(0)).sessionId();

        assertThat(fetch(id, -1, from(0)).sessionId()).isZero();

        assertThat(fetch(id, 1).errorCode()).isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.kafkaCode());
    }

    @Test
    void aPartitionInErrorIsNamedWithEveryAnswer() {
        FetchResponseData first = fetch(0, 0, from(0), from(9));
        assertThat(named(first)).containsExactly(0, 9);

        assertThat(named(fetch(first.sessionId(), 1))).containsExactly(9);
        assertThat(named(fetch(first.sessionId(), 2))).containsExactly(9);
    }

    @Test
    void whoeverHadRecordsComesLastTheNextTime() {
        int id = fetch(0, 0, from(0), from(1), from(2)).sessionId();
        append(0);
        append(1);

        assertThat(named(ask(request(id, 1).setMaxBytes(1)))).containsExactlyInAnyOrder(0, 1);
        List<Integer> withRecords = new ArrayList<>();
        for (int epoch = 2; epoch < 6; epoch++) {
            ask(request(id, epoch).setMaxBytes(1))
                    .responses()
                    .forEach(topic -> topic.partitions().stream()
                            .filter(partition -> partition.records().sizeInBytes() > 0)
                            .forEach(partition -> withRecords.add(partition.partitionIndex())));
        }
        assertThat(withRecords).containsExactly(1, 0, 1, 0);
    }

    @Test
    void aFullCacheServesWithoutASessionUntilAnOldOneMayGo() {
        SimulatedClock clock = new SimulatedClock();
        FetchSessions sessions = new FetchSessions(2, clock);
        FetchSession first = sessions.create(targets(1), true);
        sessions.create(targets(5), true);
        assertThat(sessions.create(targets(9), true)).isNull();

        clock.advanceMs(120_001);
        assertThat(sessions.create(targets(1), true)).isNotNull();

        assertThat(sessions.count()).isEqualTo(2);
        assertThat(sessions.begin(resume(Objects.requireNonNull(first).id)).error())
                .isEqualTo(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        assertThat(sessions.partitionCount()).isEqualTo(6);
    }

    @Test
    void sessionsNobodyUsesMakeRoomForThePartitionsOfOthers() {
        SimulatedClock clock = new SimulatedClock();
        FetchSessions sessions = new FetchSessions(1_000, clock);
        sessions.create(targets(200_000), true);
        sessions.create(targets(200_000), true);
        assertThat(sessions.create(targets(200_000), true)).isNull();

        clock.advanceMs(120_001);

        assertThat(sessions.create(targets(200_000), true)).isNotNull();
        assertThat(sessions.partitionCount()).isEqualTo(400_000);
    }

    private static FetchRequest resume(int id) {
        return new FetchRequest((short) VERSION, 0, 1, 1, false, id, 1, List.of(), List.of(), "");
    }

    private static List<FetchTarget> targets(int count) {
        List<FetchTarget> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            targets.add(FetchTarget.byId(new TopicId(1, 2), i));
        }
        return targets;
    }

    private static FetchPartition from(int index) {
        return new FetchPartition().setPartition(index).setPartitionMaxBytes(1 << 20);
    }

    private FetchRequestData request(int id, int epoch, FetchPartition... partitions) {
        FetchRequestData request =
                samples.fetch(VERSION, partitions).setSessionId(id).setSessionEpoch(epoch);
        return partitions.length == 0 ? request.setTopics(List.of()) : request;
    }

    private FetchResponseData fetch(int id, int epoch, FetchPartition... partitions) {
        return ask(request(id, epoch, partitions));
    }

    private FetchResponseData ask(FetchRequestData request) {
        return client.ask(KafkaApi.FETCH, VERSION, request, FetchResponseData.class);
    }

    private void append(int index) {
        var data = new PartitionProduceData().setIndex(index).setRecords(Batches.records(Batches.of("a", "b")));
        client.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION, data), ProduceResponseData.class);
    }

    private static List<Integer> named(FetchResponseData answer) {
        List<Integer> named = new ArrayList<>();
        answer.responses()
                .forEach(topic -> topic.partitions().forEach(partition -> named.add(partition.partitionIndex())));
        return named;
    }
}
