package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are well formed and that no usual client sends. */
final class OddRequestsTest {
    private FakeServer server;
    private WireClient client;

    @BeforeEach
    void start() {
        server = new FakeServer();
        server.broker.topics().add("t", 1);
        client = new WireClient(server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** One request of megabytes could otherwise become an answer of gigabytes. */
    @Test
    void whatIsAskedForTwiceInOneRequestIsAnsweredOnce() {
        var groups = new DescribeGroupsRequestData().setGroups(List.of("g", "g"));
        assertThat(ask(KafkaApi.DESCRIBE_GROUPS, 5, groups, DescribeGroupsResponseData.class)
                        .groups())
                .hasSize(1);

        var consumerGroups = new ConsumerGroupDescribeRequestData().setGroupIds(List.of("g", "g"));
        assertThat(ask(KafkaApi.CONSUMER_GROUP_DESCRIBE, 0, consumerGroups, ConsumerGroupDescribeResponseData.class)
                        .groups())
                .hasSize(1);

        var offsets = new OffsetFetchRequestGroup().setGroupId("g").setTopics(null);
        var allOffsets = new OffsetFetchRequestData().setGroups(List.of(offsets, offsets.duplicate()));
        assertThat(ask(KafkaApi.OFFSET_FETCH, 8, allOffsets, OffsetFetchResponseData.class)
                        .groups())
                .hasSize(1);

        var topic = new DescribeConfigsResource().setResourceType((byte) 2).setResourceName("t");
        var configs = new DescribeConfigsRequestData().setResources(List.of(topic, topic.duplicate()));
        assertThat(ask(KafkaApi.DESCRIBE_CONFIGS, 4, configs, DescribeConfigsResponseData.class)
                        .results())
                .hasSize(1);

        var producers = new DescribeProducersRequestData();
        producers.topics().add(new TopicRequest().setName("t").setPartitionIndexes(List.of(0, 0, 0)));
        assertThat(ask(KafkaApi.DESCRIBE_PRODUCERS, 0, producers, DescribeProducersResponseData.class)
                        .topics()
                        .getFirst()
                        .partitions())
                .hasSize(1);
    }

    /** Types of KIP-919, answered with MISMATCHED_ENDPOINT_TYPE and UNSUPPORTED_ENDPOINT_TYPE. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 114", "0, 115", "9, 115"})
    void aClusterIsDescribedByItsBrokersOnly(byte endpointType, short error) {
        var request = new DescribeClusterRequestData().setEndpointType(endpointType);

        assertThat(ask(KafkaApi.DESCRIBE_CLUSTER, 1, request, DescribeClusterResponseData.class)
                        .errorCode())
                .isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({"-1, -1, NONE", "7, 3, NONE", "7, -1, INVALID_REQUEST", "-1, 3, INVALID_REQUEST"})
    void aProducerNamesItsIdAndEpochOrNeither(long id, short epoch, ErrorCode error) {
        var request = new InitProducerIdRequestData()
                .setTransactionalId(null)
                .setProducerId(id)
                .setProducerEpoch(epoch);

        assertThat(ask(KafkaApi.INIT_PRODUCER_ID, 3, request, InitProducerIdResponseData.class)
                        .errorCode())
                .isEqualTo(error.kafkaCode());
    }

    @Test
    void groupsThatCannotBeListedAreAnErrorOfTheWholeAnswer() {
        server.broker.groups().failList(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        ListGroupsResponseData answer =
                ask(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), ListGroupsResponseData.class);
        ListGroupsResponseData next =
                ask(KafkaApi.LIST_GROUPS, 4, new ListGroupsRequestData(), ListGroupsResponseData.class);

        assertThat(answer.errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.kafkaCode());
        assertThat(next.errorCode()).isZero();
    }

    @Test
    void inVersionOneAnErrorOfTheGroupIsToldOfEachPartition() {
        server.broker.groups().failCommitted(ErrorCode.GROUP_AUTHORIZATION_FAILED);
        var request = new OffsetFetchRequestData()
                .setGroupId("g")
                .setTopics(List.of(new OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(0, 4))));

        OffsetFetchResponseData old = ask(KafkaApi.OFFSET_FETCH, 1, request, OffsetFetchResponseData.class);
        OffsetFetchResponseData newer = ask(KafkaApi.OFFSET_FETCH, 2, request, OffsetFetchResponseData.class);

        short denied = ErrorCode.GROUP_AUTHORIZATION_FAILED.kafkaCode();
        assertThat(old.topics().getFirst().partitions())
                .extracting(OffsetFetchResponsePartition::errorCode)
                .containsExactly(denied, denied);
        assertThat(newer.errorCode()).isEqualTo(denied);
    }

    private <A extends ApiMessage> A ask(KafkaApi api, int version, ApiMessage request, Class<A> type) {
        return client.ask(api, version, request, type);
    }
}
