package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProduceTimeoutTest {
    private static final int VERSION = 12;
    private static final int FOR_EVER_MS = Integer.MAX_VALUE;

    private final FakeServer server = new FakeServer();
    private final WireClient client = new WireClient(server.port());
    private final FakeTopics.FakeTopic topic = server.broker.topics().add("slow", 2);
    private final Samples samples = Samples.of(topic);

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void onlyPartitionsThatAreNotCommittedInTimeTimeOut() {
        topic.fake(1).hold();

        List<PartitionProduceResponse> answers = partitions(client.send(KafkaApi.PRODUCE, VERSION, both(1)));

        assertThat(answers)
                .extracting(PartitionProduceResponse::errorCode)
                .containsExactly((short) 0, ErrorCode.REQUEST_TIMED_OUT.kafkaCode());
        assertThat(answers).extracting(PartitionProduceResponse::baseOffset).containsExactly(0L, -1L);
    }

    @Test
    void whatTimedOutMayBeCommittedLaterWithoutASecondAnswer() {
        topic.fake(1).hold();
        partitions(client.send(KafkaApi.PRODUCE, VERSION, both(0)));

        topic.fake(1).letGo();

        List<PartitionProduceResponse> next = partitions(client.send(KafkaApi.PRODUCE, VERSION, both(FOR_EVER_MS)));
        assertThat(next).extracting(PartitionProduceResponse::baseOffset).containsExactly(2L, 2L);
        assertThat(next).extracting(PartitionProduceResponse::errorCode).containsOnly((short) 0);
    }

    @Test
    void requestsThatMayWaitLongerStay() {
        topic.fake(1).hold();
        int patient = client.send(KafkaApi.PRODUCE, VERSION, both(FOR_EVER_MS));
        for (int loop = 0; loop < 2; loop++) {
            try (WireClient hurried = new WireClient(server.port())) {
                ProduceResponseData answer = hurried.ask(KafkaApi.PRODUCE, VERSION, both(1), ProduceResponseData.class);
                assertThat(partitions(answer).getLast().errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT.kafkaCode());
            }
        }

        topic.fake(1).letGo();

        assertThat(partitions(patient))
                .extracting(PartitionProduceResponse::errorCode)
                .containsOnly((short) 0);
    }

    private ProduceRequestData both(int timeoutMs) {
        return samples.produce(VERSION, at(0), at(1)).setTimeoutMs(timeoutMs);
    }

    private static PartitionProduceData at(int index) {
        return new PartitionProduceData().setIndex(index).setRecords(Batches.records(Batches.of("a", "b")));
    }

    private List<PartitionProduceResponse> partitions(int correlation) {
        return partitions((ProduceResponseData) client.receive(KafkaApi.PRODUCE, VERSION, correlation));
    }

    private static List<PartitionProduceResponse> partitions(ProduceResponseData answer) {
        return answer.responses().iterator().next().partitionResponses();
    }
}
