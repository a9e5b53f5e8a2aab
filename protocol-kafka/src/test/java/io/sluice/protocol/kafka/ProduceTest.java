package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.NoCompression;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProduceTest {
    private static final int VERSION = 12;

    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static WireClient client;
    private static int topicCount;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder);
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static Samples fresh(int partitionCount) {
        topicCount++;
        return Samples.of(server.create("produce-" + topicCount, partitionCount));
    }

    @Test
    void eachPartitionSucceedsOrFailsByItself() {
        Samples topic = fresh(2);

        List<PartitionProduceResponse> answers = produce(
                topic,
                at(1, Batches.of("a")),
                at(7, Batches.of("b")),
                at(0, Batches.of("c", "d")),
                at(-1, Batches.of("e")));

        assertThat(answers).extracting(PartitionProduceResponse::index).containsExactly(1, 7, 0, -1);
        assertThat(errors(answers)).containsExactly(0, 3, 0, 3);
        assertThat(answers).extracting(PartitionProduceResponse::baseOffset).containsExactly(0L, -1L, 0L, -1L);
        assertThat(stored(topic, 0)).containsExactly("0:c", "1:d");
        assertThat(stored(topic, 1)).containsExactly("0:a");
    }

    @Test
    void bytesThatDoNotMatchTheirCrcAreRefused() {
        Samples topic = fresh(1);
        ByteBuffer broken = Batches.of("abc");
        broken.put(broken.limit() - 2, (byte) (broken.get(broken.limit() - 2) ^ 1));

        assertThat(errors(produce(topic, at(0, broken)))).containsExactly(code(ErrorCode.CORRUPT_MESSAGE));
        assertThat(stored(topic, 0)).isEmpty();
    }

    @Test
    void aBatchAboveTheTopicsLimitIsTooLarge() {
        Topic small = server.create("small", 1, Map.of("max.message.bytes", "200"));
        Samples topic = Samples.of(small);

        assertThat(errors(produce(topic, at(0, Batches.of("x".repeat(200))))))
                .containsExactly(code(ErrorCode.MESSAGE_TOO_LARGE));
        assertThat(errors(produce(topic, at(0, Batches.of("x"))))).containsExactly(0);
    }

    @Test
    void twoBatchesInOnePartitionAreRefused() {
        Samples topic = fresh(1);

        assertThat(errors(produce(topic, at(0, Batches.of("a"), Batches.of("b")))))
                .containsExactly(code(ErrorCode.INVALID_RECORD));
        assertThat(stored(topic, 0)).isEmpty();
    }

    @Test
    void aPartitionWithoutABatchIsRefused() {
        Samples topic = fresh(1);

        assertThat(errors(produce(topic, new PartitionProduceData().setIndex(0).setRecords(null))))
                .containsExactly(code(ErrorCode.INVALID_RECORD));
    }

    @ParameterizedTest
    @ValueSource(bytes = {RecordBatch.MAGIC_VALUE_V0, RecordBatch.MAGIC_VALUE_V1})
    void oldMessageFormatsAreRefused(byte magic) {
        Samples topic = fresh(1);
        MemoryRecords old =
                MemoryRecords.withRecords(magic, NoCompression.NONE, new SimpleRecord(1, new byte[50], new byte[50]));

        assertThat(errors(produce(topic, new PartitionProduceData().setIndex(0).setRecords(old))))
                .containsExactly(code(ErrorCode.INVALID_RECORD));
    }

    @Test
    void zstdNeedsVersionSeven() {
        Samples topic = fresh(1);
        ByteBuffer batch =
                new BatchBuilder(Compression.ZSTD).add(1, null, new byte[100]).build();

        assertThat(errors(produce(3, topic.produce(3, at(0, batch)))))
                .containsExactly(code(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE));
        assertThat(errors(produce(7, topic.produce(7, at(0, batch))))).containsExactly(0);
    }

    @Test
    void theRecordsBecauseOfWhichABatchIsRefusedAreNamed() {
        Topic punctual = server.create("punctual", 1, Map.of("message.timestamp.after.max.ms", "1000"));
        Samples topic = Samples.of(punctual);
        ByteBuffer batch = new BatchBuilder(Compression.NONE)
                .add(Batches.TIME_MS, null, new byte[1])
                .add(Long.MAX_VALUE, null, new byte[1])
                .build();

        for (int version = 3; version <= VERSION; version++) {
            PartitionProduceResponse answer =
                    produce(version, topic.produce(version, at(0, batch))).getFirst();
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_TIMESTAMP.kafkaCode());
            if (version >= 8) {
                assertThat(answer.errorMessage()).isEqualTo(ErrorCode.INVALID_TIMESTAMP.text());
                assertThat(answer.recordErrors()).hasSize(1);
                BatchIndexAndErrorMessage fault = answer.recordErrors().getFirst();
                assertThat(fault.batchIndex()).isEqualTo(1);
                assertThat(fault.batchIndexErrorMessage()).contains(String.valueOf(Long.MAX_VALUE));
            }
        }
    }

    @Test
    void transactionsAndControlBatchesAreRefusedWithATextThatSaysSo() {
        Samples topic = fresh(1);
        ByteBuffer transactional = Batches.builder("a")
                .producer(5, (short) 0, 0)
                .attributeBits(BatchLayout.TRANSACTIONAL_BIT)
                .build();
        ByteBuffer control =
                Batches.builder("a").attributeBits(BatchLayout.CONTROL_BIT).build();
        ProduceRequestData named = topic.produce(VERSION).setTransactionalId("t");

        List<PartitionProduceResponse> answers = new ArrayList<>(produce(topic, at(0, transactional)));
        answers.addAll(produce(VERSION, named));
        answers.addAll(produce(topic, at(0, control)));

        assertThat(errors(answers))
                .containsExactly(
                        code(ErrorCode.INVALID_REQUEST),
                        code(ErrorCode.INVALID_REQUEST),
                        code(ErrorCode.INVALID_RECORD));
        assertThat(answers.getFirst().errorMessage()).contains("transactions are not supported");
        assertThat(stored(topic, 0)).isEmpty();
    }

    @Test
    void otherAcksThanKafkaKnowsAreRefused() {
        Samples topic = fresh(1);

        assertThat(errors(produce(VERSION, topic.produce(VERSION).setAcks((short) 2))))
                .containsExactly(code(ErrorCode.INVALID_REQUIRED_ACKS));
        assertThat(stored(topic, 0)).isEmpty();
    }

    @Test
    void otherAcksDoNotHideThatTheTopicIsMissing() {
        Samples missing = new Samples("missing", Uuid.ZERO_UUID, "");

        assertThat(errors(produce(VERSION, missing.produce(VERSION).setAcks((short) 2))))
                .containsExactly(code(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    @Test
    void withoutAcksThereIsNoAnswerAndTheRecordsArrive() {
        Samples topic = fresh(1);
        client.send(KafkaApi.PRODUCE, VERSION, topic.produce(VERSION).setAcks((short) 0));
        client.send(KafkaApi.PRODUCE, VERSION, topic.produce(VERSION).setAcks((short) 0));

        List<PartitionProduceResponse> next = produce(topic, at(0, Batches.of("c")));

        assertThat(next.getFirst().baseOffset()).isEqualTo(4);
        assertThat(stored(topic, 0)).containsExactly("0:a", "1:b", "2:a", "3:b", "4:c");
    }

    @Test
    void withoutAcksAFailureHangsUp() {
        try (WireClient careless = server.client()) {
            Samples missing = new Samples("missing", Uuid.ZERO_UUID, "");

            careless.send(KafkaApi.PRODUCE, VERSION, missing.produce(VERSION).setAcks((short) 0));

            assertThat(careless.isHungUp()).isTrue();
        }
    }

    @Test
    void appendTimeIsToldAndStamped() {
        Topic stamped = server.create("stamped", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        Samples topic = Samples.of(stamped);

        PartitionProduceResponse answer = produce(topic, at(0, Batches.of("a"))).getFirst();

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.logAppendTimeMs()).isGreaterThan(Batches.TIME_MS);
        var batch = fetch(topic, 0).batches().iterator().next();
        assertThat(batch.timestampType().name).isEqualTo("LogAppendTime");
        assertThat(batch.maxTimestamp()).isEqualTo(answer.logAppendTimeMs());
        batch.ensureValid();
    }

    @Test
    void anIdempotentBatchSentAgainIsAnsweredWithItsOldOffset() {
        Samples topic = fresh(1);
        InitProducerIdResponseData id = client.ask(
                KafkaApi.INIT_PRODUCER_ID,
                4,
                new InitProducerIdRequestData().setTransactionalId(null),
                InitProducerIdResponseData.class);
        ByteBuffer first = Batches.builder("a", "b")
                .producer(id.producerId(), id.producerEpoch(), 0)
                .build();
        ByteBuffer gap = Batches.builder("z")
                .producer(id.producerId(), id.producerEpoch(), 7)
                .build();

        List<PartitionProduceResponse> answers = new ArrayList<>(produce(topic, at(0, first)));
        answers.addAll(produce(topic, at(0, first)));
        answers.addAll(produce(topic, at(0, gap)));
        answers.addAll(produce(topic, at(0, gap)));

        assertThat(errors(answers))
                .containsExactly(
                        0, 0, code(ErrorCode.NOT_LEADER_OR_FOLLOWER), code(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER));
        assertThat(answers.get(1).baseOffset()).isZero();
        assertThat(stored(topic, 0)).containsExactly("0:a", "1:b");
    }

    /** Its first batch may have gone to a leader that could not take it, while the second came here. */
    @Test
    void aNewProducersSecondBatchIsNotTakenBeforeTheFirst() {
        Samples topic = fresh(1);
        ByteBuffer first = Batches.builder("a", "b").producer(77, (short) 0, 0).build();
        ByteBuffer second = Batches.builder("c").producer(77, (short) 0, 2).build();

        List<PartitionProduceResponse> answers = new ArrayList<>(produce(topic, at(0, second)));
        answers.addAll(produce(topic, at(0, first)));
        answers.addAll(produce(topic, at(0, second)));

        assertThat(errors(answers)).containsExactly(code(ErrorCode.NOT_LEADER_OR_FOLLOWER), 0, 0);
        assertThat(stored(topic, 0)).containsExactly("0:a", "1:b", "2:c");
    }

    /** As after its topic was made anew, or its state forgotten. */
    @Test
    void aProducerThatMeansToGoOnWhereNobodyKnowsItMay() {
        Samples topic = fresh(1);
        ByteBuffer next = Batches.builder("c").producer(78, (short) 0, 2).build();

        List<PartitionProduceResponse> answers = new ArrayList<>(produce(topic, at(0, next)));
        answers.addAll(produce(topic, at(0, next)));

        assertThat(errors(answers)).containsExactly(code(ErrorCode.NOT_LEADER_OR_FOLLOWER), 0);
        assertThat(stored(topic, 0)).containsExactly("0:c");
    }

    @Test
    void answersComeInTheOrderOfTheRequestsWhateverFinishesFirst() {
        Samples topic = fresh(1);
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            // A fetch that waits in front of a produce that would be done at once, and a cold request behind it.
            sent.add(client.send(KafkaApi.FETCH, 11, topic.fetch(11).setMaxWaitMs(i == 0 ? 300 : 0)));
            sent.add(client.send(KafkaApi.PRODUCE, VERSION, topic.produce(VERSION)));
            sent.add(client.send(KafkaApi.LIST_OFFSETS, 5, topic.listOffsets(-1)));
        }

        for (int i = 0; i < sent.size(); i += 3) {
            client.receive(KafkaApi.FETCH, 11, sent.get(i));
            var produced = (ProduceResponseData) client.receive(KafkaApi.PRODUCE, VERSION, sent.get(i + 1));
            assertThat(partitions(produced).getFirst().baseOffset()).isEqualTo(i / 3 * 2L);
            client.receive(KafkaApi.LIST_OFFSETS, 5, sent.get(i + 2));
        }
    }

    private static PartitionProduceData at(int index, ByteBuffer... batches) {
        return new PartitionProduceData().setIndex(index).setRecords(Batches.records(batches));
    }

    private static List<PartitionProduceResponse> produce(Samples topic, PartitionProduceData... partitions) {
        return produce(VERSION, topic.produce(VERSION, partitions));
    }

    private static List<PartitionProduceResponse> produce(int version, ProduceRequestData request) {
        return partitions(client.ask(KafkaApi.PRODUCE, version, request, ProduceResponseData.class));
    }

    private static List<PartitionProduceResponse> partitions(ProduceResponseData answer) {
        return answer.responses().iterator().next().partitionResponses();
    }

    private static MemoryRecords fetch(Samples topic, int index) {
        var wanted = new org.apache.kafka.common.message.FetchRequestData.FetchPartition()
                .setPartition(index)
                .setPartitionMaxBytes(1 << 20);
        FetchResponseData answer = client.ask(KafkaApi.FETCH, 11, topic.fetch(11, wanted), FetchResponseData.class);
        return (MemoryRecords)
                answer.responses().getFirst().partitions().getFirst().records();
    }

    private static List<String> stored(Samples topic, int index) {
        return Batches.read(fetch(topic, index));
    }

    private static List<Integer> errors(List<PartitionProduceResponse> answers) {
        return answers.stream().map(answer -> (int) answer.errorCode()).toList();
    }

    private static int code(ErrorCode error) {
        return error.kafkaCode();
    }
}
