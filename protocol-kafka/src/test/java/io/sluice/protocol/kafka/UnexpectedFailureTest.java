package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong in the broker is told to the client, who keeps the connection: only bad bytes end it. */
final class UnexpectedFailureTest {
    private static final int VERSION = 12;
    private static final short UNKNOWN = ErrorCode.UNKNOWN_SERVER_ERROR.kafkaCode();

    private final FakeServer server = new FakeServer();
    private final WireClient client = new WireClient(server.port());
    private final FakeTopics.FakeTopic topic = server.broker.topics().add("t", 2);
    private final Samples samples = Samples.of(topic);

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "API_VERSIONS",
                "SASL_HANDSHAKE",
                "SASL_AUTHENTICATE",
                "FIND_COORDINATOR",
                "DESCRIBE_LOG_DIRS",
                "LIST_CONFIG_RESOURCES",
                "SHARE_ACKNOWLEDGE"
            })
    void everyVersionOfEveryRequestHasAnAnswerForIt(KafkaApi api) {
        server.broker.failCalls(new IllegalStateException("injected"));

        for (short version = api.versionMin(); version <= api.versionMax(); version++) {
            ApiMessage answer = client.ask(api, version, samples.request(api, version), ApiMessage.class);
            assertThat(answer.toString()).as("version %d", version).contains("errorCode=-1");
        }

        assertStillServed();
    }

    @Test
    void aPartitionThatFailsToTakeItsBatchFailsAlone() {
        topic.fake(0).failCalls(new IllegalStateException("injected"));

        List<PartitionProduceResponse> answers = produce(at(1), at(0));

        assertThat(answers).extracting(PartitionProduceResponse::errorCode).containsExactly((short) 0, UNKNOWN);
        topic.fake(0).failCalls(null);
        assertThat(produce(at(0), at(1)))
                .extracting(PartitionProduceResponse::errorCode)
                .containsOnly((short) 0);
    }

    @Test
    void aReadFromMemoryThatFailsIsTold() {
        produce(at(0));
        topic.fake(0).failCalls(new IllegalStateException("injected"));

        assertThat(fetch().errorCode()).isEqualTo(UNKNOWN);

        topic.fake(0).failCalls(null);
        assertThat(Batches.read(fetch().records())).containsExactly("0:a");
    }

    @Test
    void aReadFromTheDiskThatFailsIsTold() {
        produce(at(0));
        topic.fake(0).failReads(new IllegalStateException("injected"));

        assertThat(fetch().errorCode()).isEqualTo(UNKNOWN);

        topic.fake(0).failReads(null);
        assertThat(Batches.read(fetch().records())).containsExactly("0:a");
    }

    @Test
    void aFetchThatFailsWhenItIsWokenIsToldAndHoldsNothing() {
        FetchPartition wanted = new FetchPartition().setPartition(0).setPartitionMaxBytes(1 << 20);
        int waiting = client.send(
                KafkaApi.FETCH, VERSION, samples.fetch(VERSION, wanted).setMaxWaitMs(Integer.MAX_VALUE));
        try (WireClient producer = new WireClient(server.port())) {
            topic.fake(0).failReads(new IllegalStateException("injected"));
            producer.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION, at(0)), ProduceResponseData.class);
        }

        assertThat(only((FetchResponseData) client.receive(KafkaApi.FETCH, VERSION, waiting))
                        .errorCode())
                .isEqualTo(UNKNOWN);
        assertThat(topic.fake(0).listenerCount()).isZero();
        assertStillServed();
    }

    private void assertStillServed() {
        server.broker.failCalls(null);
        ApiVersionsResponseData answer =
                client.ask(KafkaApi.API_VERSIONS, 0, new ApiVersionsRequestData(), ApiVersionsResponseData.class);
        assertThat(answer.errorCode()).isZero();
    }

    private PartitionData fetch() {
        return only(client.ask(KafkaApi.FETCH, VERSION, samples.fetch(VERSION), FetchResponseData.class));
    }

    private static PartitionData only(FetchResponseData answer) {
        return answer.responses().getFirst().partitions().getFirst();
    }

    private static PartitionProduceData at(int index) {
        return new PartitionProduceData().setIndex(index).setRecords(Batches.records(Batches.of("a")));
    }

    private List<PartitionProduceResponse> produce(PartitionProduceData... partitions) {
        return client.ask(KafkaApi.PRODUCE, VERSION, samples.produce(VERSION, partitions), ProduceResponseData.class)
                .responses()
                .iterator()
                .next()
                .partitionResponses();
    }
}
