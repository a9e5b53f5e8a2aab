package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FetchTest {
    private static final int VERSION = 12;
    private static final int FOR_EVER_MS = 600_000;

    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static WireClient client;
    private static WireClient producer;
    private static int topicCount;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder);
        client = server.client();
        producer = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        producer.close();
        server.close();
    }

    private static Topic fresh(int partitionCount) {
        topicCount++;
        return server.create("fetch-" + topicCount, partitionCount);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 11, 12, 18})
    void anOffsetInsideABatchGetsTheWholeBatch(int version) {
        Topic topic = fresh(1);
        append(topic, 0, Batches.of("a", "b", "c"), Batches.of("d"));

        PartitionData found = only(fetch(version, Samples.of(topic).fetch(version, from(0, 1))));

        assertThat(Batches.read(found.records())).containsExactly("0:a", "1:b", "2:c", "3:d");
        assertThat(found.highWatermark()).isEqualTo(4);
    }

    @Test
    void oneBatchComesHoweverSmallTheLimit() {
        Topic topic = fresh(2);
        append(topic, 0, Batches.of("x".repeat(3000)), Batches.of("b"));
        append(topic, 1, Batches.of("c"));

        FetchResponseData answer = fetch(
                VERSION,
                Samples.of(topic)
                        .fetch(VERSION, from(0, 0).setPartitionMaxBytes(1), from(1, 0))
                        .setMaxBytes(1));

        List<PartitionData> found = answer.responses().getFirst().partitions();
        assertThat(Batches.read(found.get(0).records())).containsExactly("0:" + "x".repeat(3000));
        assertThat(found.get(1).records().sizeInBytes()).isZero();
        assertThat(found.get(1).highWatermark()).isEqualTo(1);
    }

    @Test
    void theLimitOfAPartitionLeavesTheRestForTheNextFetch() {
        Topic topic = fresh(2);
        ByteBuffer batch = Batches.of("x".repeat(100));
        append(topic, 0, batch, batch, batch, batch);
        append(topic, 1, batch);

        FetchResponseData answer = fetch(
                VERSION,
                Samples.of(topic)
                        .fetch(VERSION, from(0, 0).setPartitionMaxBytes(batch.remaining() * 2 + 10), from(1, 0)));

        List<PartitionData> found = answer.responses().getFirst().partitions();
        assertThat(Batches.read(found.get(0).records())).hasSize(2);
        assertThat(Batches.read(found.get(1).records())).hasSize(1);
    }

    @Test
    void aLongPollEndsWhenAllPartitionsTogetherHaveEnough() {
        Topic topic = fresh(2);
        ByteBuffer batch = Batches.of("x".repeat(100));
        append(topic, 0, batch);
        Samples samples = Samples.of(topic);
        int waiting = client.send(
                KafkaApi.FETCH,
                VERSION,
                samples.fetch(VERSION, from(0, 0), from(1, 0))
                        .setMaxWaitMs(FOR_EVER_MS)
                        .setMinBytes(3 * batch.remaining()));

        append(topic, 1, batch);
        append(topic, 0, batch);

        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, VERSION, waiting);
        List<PartitionData> found = answer.responses().getFirst().partitions();
        assertThat(Batches.read(found.get(0).records())).hasSize(2);
        assertThat(Batches.read(found.get(1).records())).hasSize(1);
    }

    @Test
    void aLongPollWithoutNewsEndsEmptyAfterItsTimeAndNotBefore() {
        Topic topic = fresh(1);
        long before = System.nanoTime();

        PartitionData found =
                only(fetch(VERSION, Samples.of(topic).fetch(VERSION, from(0, 0)).setMaxWaitMs(150)));

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(150));
        assertThat(found.errorCode()).isZero();
        assertThat(found.records().sizeInBytes()).isZero();
    }

    @Test
    void aLongPollTooSmallForItsMinimumGetsWhatThereIsWhenTimeIsUp() {
        Topic topic = fresh(1);
        append(topic, 0, Batches.of("a"));

        PartitionData found = only(fetch(
                VERSION,
                Samples.of(topic)
                        .fetch(VERSION, from(0, 0))
                        .setMinBytes(1 << 20)
                        .setMaxWaitMs(100)));

        assertThat(Batches.read(found.records())).containsExactly("0:a");
    }

    @Test
    void aMinimumAboveTheLimitOfTheAnswerIsReachedByAFullAnswer() {
        Topic topic = fresh(1);
        ByteBuffer batch = Batches.of("x".repeat(100));
        append(topic, 0, batch, batch, batch);

        PartitionData found = only(fetch(
                VERSION,
                Samples.of(topic)
                        .fetch(VERSION, from(0, 0))
                        .setMaxBytes(2 * batch.remaining() + 10)
                        .setMinBytes(1 << 20)
                        .setMaxWaitMs(FOR_EVER_MS)));

        assertThat(Batches.read(found.records())).hasSize(2);
    }

    @Test
    void theZeroIdIsNoTopicsIdAndTheEmptyNameIsNoTopicsName() {
        Samples nothing = new Samples("", Uuid.ZERO_UUID, "g");

        assertThat(only(fetch(13, nothing.fetch(13))).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID.kafkaCode());
        assertThat(only(fetch(12, nothing.fetch(12))).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.kafkaCode());
    }

    @Test
    void aLongPollEndsAtOnceWhenItsTopicIsDeleted() {
        Topic topic = fresh(1);
        Samples samples = Samples.of(topic);
        int waiting =
                client.send(KafkaApi.FETCH, 13, samples.fetch(13, from(0, 0)).setMaxWaitMs(FOR_EVER_MS));

        producer.ask(
                KafkaApi.DELETE_TOPICS, 6, samples.request(KafkaApi.DELETE_TOPICS, 6), DeleteTopicsResponseData.class);

        var answer = (FetchResponseData) client.receive(KafkaApi.FETCH, 13, waiting);
        assertThat(only(answer).errorCode()).isIn(ErrorCode.UNKNOWN_TOPIC_ID.kafkaCode(), (short) 3);
    }

    @Test
    void anErrorInOnePartitionEndsTheWaitOfAll() {
        Topic topic = fresh(1);

        FetchResponseData answer = fetch(
                VERSION,
                Samples.of(topic).fetch(VERSION, from(0, 0), from(5, 0)).setMaxWaitMs(FOR_EVER_MS));

        assertThat(answer.responses().getFirst().partitions())
                .extracting(PartitionData::errorCode)
                .containsExactly((short) 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.kafkaCode());
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 2, Long.MAX_VALUE})
    void anOffsetOutsideOfTheLogIsOutOfRange(long offset) {
        Topic topic = fresh(1);
        append(topic, 0, Batches.of("a"));

        PartitionData found = only(
                fetch(VERSION, Samples.of(topic).fetch(VERSION, from(0, offset)).setMaxWaitMs(FOR_EVER_MS)));

        assertThat(found.errorCode()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE.kafkaCode());
        assertThat(found.records().sizeInBytes()).isZero();
    }

    @Test
    void olderAndNewerLeaderEpochsAreTold() {
        Topic topic = fresh(1);
        append(topic, 0, Batches.of("a"));
        int epoch = topic.partition(0).leaderEpoch();

        assertThat(errorWithEpoch(topic, epoch)).isEqualTo(ErrorCode.NONE.kafkaCode());
        assertThat(errorWithEpoch(topic, epoch + 1)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH.kafkaCode());
        assertThat(errorWithEpoch(topic, epoch - 1))
                .isEqualTo(epoch == 0 ? ErrorCode.NONE.kafkaCode() : ErrorCode.FENCED_LEADER_EPOCH.kafkaCode());
    }

    private static short errorWithEpoch(Topic topic, int epoch) {
        return only(fetch(VERSION, Samples.of(topic).fetch(VERSION, from(0, 0).setCurrentLeaderEpoch(epoch))))
                .errorCode();
    }

    /** The second reads behind the end of a log that lost it. */
    @ParameterizedTest
    @ValueSource(longs = {4, 100})
    void aReaderOfAnotherHistoryIsToldWhereItParted(long offset) {
        try (FakeServer fake = new FakeServer();
                WireClient reader = new WireClient(fake.port())) {
            var topic = fake.broker.topics().add("parted", 1);
            Samples samples = Samples.of(topic);
            reader.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);
            topic.fake(0).leaderEpoch(5);
            reader.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);

            FetchResponseData answer = reader.ask(
                    KafkaApi.FETCH,
                    VERSION,
                    samples.fetch(VERSION, from(0, offset).setLastFetchedEpoch(4))
                            .setMaxWaitMs(FOR_EVER_MS),
                    FetchResponseData.class);

            PartitionData found = only(answer);
            assertThat(found.divergingEpoch().epoch()).isEqualTo(3);
            assertThat(found.divergingEpoch().endOffset()).isEqualTo(2);
            assertThat(found.records().sizeInBytes()).isZero();
        }
    }

    @Test
    void whileAClientLooksAtOldRecordsTheNextAreBroughtIntoMemory() {
        try (FakeServer fake = new FakeServer();
                WireClient reader = new WireClient(fake.port())) {
            var topic = fake.broker.topics().add("old", 1);
            Samples samples = Samples.of(topic);
            for (int record = 0; record < 4; record++) {
                reader.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION), ProduceResponseData.class);
            }
            topic.fake(0).coldBelow(3);

            for (int offset : new int[] {2, 1, 3}) {
                FetchRequestData oneBatch =
                        samples.fetch(VERSION, from(0, offset).setPartitionMaxBytes(1));
                assertThat(only(reader.ask(KafkaApi.FETCH, VERSION, oneBatch, FetchResponseData.class))
                                .records()
                                .sizeInBytes())
                        .isPositive();
            }

            while (topic.fake(0).preparedOffsets().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(topic.fake(0).preparedOffsets()).containsExactly(2L);
        }
    }

    private static FetchPartition from(int index, long offset) {
        return new FetchPartition().setPartition(index).setFetchOffset(offset).setPartitionMaxBytes(1 << 20);
    }

    private static FetchResponseData fetch(int version, FetchRequestData request) {
        return client.ask(KafkaApi.FETCH, version, request, FetchResponseData.class);
    }

    private static PartitionData only(FetchResponseData answer) {
        return answer.responses().getFirst().partitions().getFirst();
    }

    private static void append(Topic topic, int index, ByteBuffer... batches) {
        for (ByteBuffer batch : batches) {
            var data = new PartitionProduceData().setIndex(index).setRecords(Batches.records(batch));
            ProduceResponseData answer = producer.ask(
                    KafkaApi.PRODUCE, VERSION, Samples.of(topic).produce(VERSION, data), ProduceResponseData.class);
            assertThat(answer.responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst()
                            .errorCode())
                    .isZero();
        }
    }
}
