package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.NodeInfo.Endpoint;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks the wrong node for records of a share group, or tells it about some, learns who leads the partition (KIP-951). */
final class ShareLeaderHintTest {
    private static final int LEADER = 7;

    private final FakeServer server = new FakeServer();
    private final WireClient client = new WireClient(server.port());
    private ShareSamples samples;

    @BeforeEach
    void sessionAndThenAnotherLeader() {
        samples = Samples.of(server.broker.topics().add("moved", 1)).shares();
        fetch(samples.fetch(0));
        server.broker.leadElsewhere(new NodeInfo(
                LEADER, Optional.of("rack-b"), Map.of(Nodes.LISTENER, new Endpoint("leader.example", 9_999))));
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
    }

    private ShareFetchResponseData fetch(ShareFetchRequestData request) {
        return client.ask(KafkaApi.SHARE_FETCH, 2, request, ShareFetchResponseData.class);
    }

    @Test
    void aFetchIsToldWhoLeadsAndWhere() {
        ShareFetchResponseData answer = fetch(samples.fetch(1));
        var partition = answer.responses().iterator().next().partitions().getFirst();
        assertThat(partition.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.kafkaCode());
        assertThat(partition.currentLeader().leaderId()).isEqualTo(LEADER);
        assertThat(partition.currentLeader().leaderEpoch()).isNotNegative();
        assertThat(answer.nodeEndpoints()).hasSize(1);
        var endpoint = answer.nodeEndpoints().iterator().next();
        assertThat(List.of(endpoint.nodeId(), endpoint.host(), endpoint.port(), endpoint.rack()))
                .containsExactly(LEADER, "leader.example", 9_999, "rack-b");
    }

    @Test
    void anAcknowledgementIsToldToo() {
        ShareAcknowledgeResponseData answer = client.ask(
                KafkaApi.SHARE_ACKNOWLEDGE,
                2,
                samples.acknowledge(1, 0, 0, (byte) 1),
                ShareAcknowledgeResponseData.class);
        var partition = answer.responses().iterator().next().partitions().getFirst();
        assertThat(partition.errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER.kafkaCode());
        assertThat(partition.currentLeader().leaderId()).isEqualTo(LEADER);
        assertThat(answer.nodeEndpoints().iterator().next().host()).isEqualTo("leader.example");
    }

    @Test
    void whoIsAtTheRightNodeIsToldNothing() {
        try (FakeServer right = new FakeServer();
                WireClient there = new WireClient(right.port())) {
            ShareSamples own = Samples.of(right.broker.topics().add("here", 1)).shares();
            var answer = there.ask(KafkaApi.SHARE_FETCH, 2, own.fetch(0), ShareFetchResponseData.class);
            assertThat(answer.nodeEndpoints()).isEmpty();
        }
    }
}
