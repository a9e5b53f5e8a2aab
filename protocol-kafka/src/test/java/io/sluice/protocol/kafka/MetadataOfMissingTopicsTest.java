package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that has just started asks the others whether a topic is to be there, and they may not answer. */
final class MetadataOfMissingTopicsTest {
    private static final int VERSION = 12;

    private final FakeServer server = new FakeServer();
    private final WireClient client = new WireClient(server.port());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private short errorOf(String name) {
        var request = new MetadataRequestData()
                .setAllowAutoTopicCreation(true)
                .setTopics(List.of(new MetadataRequestTopic().setName(name)));
        MetadataResponseTopic topic = client.ask(KafkaApi.METADATA, VERSION, request, MetadataResponseData.class)
                .topics()
                .iterator()
                .next();
        assertThat(topic.name()).isEqualTo(name);
        assertThat(topic.partitions()).isEmpty();
        return topic.errorCode();
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUEST_TIMED_OUT", "NOT_CONTROLLER", "STORAGE_ERROR", "LEADER_NOT_AVAILABLE"})
    void clientsAskAgainForWhatNobodyCanDecide(ErrorCode failure) {
        server.broker.topics().failAutoCreation(failure);
        assertThat(errorOf("t")).isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE.kafkaCode());
        server.broker.topics().failAutoCreation(ErrorCode.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED", "POLICY_VIOLATION"})
    void whatIsDecidedIsSaid(ErrorCode failure) {
        server.broker.topics().failAutoCreation(failure);
        assertThat(errorOf("t")).isEqualTo(failure.kafkaCode());
    }

    @Test
    void anInvalidNameIsSaidWithoutAsking() {
        server.broker.topics().failAutoCreation(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(errorOf("a b")).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.kafkaCode());
    }
}
