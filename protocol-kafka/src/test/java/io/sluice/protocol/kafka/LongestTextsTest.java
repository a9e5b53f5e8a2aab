package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialUpsertion;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests with the longest and the emptiest of texts, over the real broker: each gets the error that fits. */
final class LongestTextsTest {
    private static final byte TOPIC = 2;
    /** The longest text that a request can hold. */
    private static final String LONGEST = "x".repeat(Short.MAX_VALUE);

    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static WireClient client;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder);
        client = server.client();
        server.create("t", 1);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void aRefusalThatNamesTheLongestTextStillFitsIntoItsAnswer() {
        var config = new AlterConfigsResource().setResourceType(TOPIC).setResourceName("t");
        config.configs().add(new AlterableConfig().setName(LONGEST).setValue("1"));
        var alter = new IncrementalAlterConfigsRequestData();
        alter.resources().add(config);
        assertThat(client.ask(KafkaApi.INCREMENTAL_ALTER_CONFIGS, 1, alter, IncrementalAlterConfigsResponseData.class)
                        .responses())
                .allSatisfy(answer -> assertThat(answer.errorCode()).isEqualTo(code(ErrorCode.INVALID_CONFIG)));

        var topic = new CreatableTopic().setName("new").setNumPartitions(1).setReplicationFactor((short) 1);
        topic.configs().add(new CreatableTopicConfig().setName(LONGEST).setValue(null));
        var create = new CreateTopicsRequestData();
        create.topics().add(topic);
        assertThat(client.ask(KafkaApi.CREATE_TOPICS, 7, create, CreateTopicsResponseData.class)
                        .topics())
                .allSatisfy(answer -> assertThat(answer.errorCode()).isEqualTo(code(ErrorCode.INVALID_CONFIG)));

        var describe = new DescribeUserScramCredentialsRequestData().setUsers(List.of(new UserName().setName(LONGEST)));
        assertThat(client.ask(
                                KafkaApi.DESCRIBE_USER_SCRAM_CREDENTIALS,
                                0,
                                describe,
                                DescribeUserScramCredentialsResponseData.class)
                        .results())
                .allSatisfy(answer -> assertThat(answer.errorCode()).isEqualTo(code(ErrorCode.RESOURCE_NOT_FOUND)));
    }

    @Test
    void aMemberIsRefusedBecauseOfTheLongestAssignorName() {
        var heartbeat = new ConsumerGroupHeartbeatRequestData()
                .setGroupId("g")
                .setMemberId("m")
                .setRebalanceTimeoutMs(1_000)
                .setSubscribedTopicNames(List.of("t"))
                .setTopicPartitions(List.of())
                .setServerAssignor(LONGEST);

        var answer =
                client.ask(KafkaApi.CONSUMER_GROUP_HEARTBEAT, 1, heartbeat, ConsumerGroupHeartbeatResponseData.class);

        assertThat(answer.errorCode()).isEqualTo(code(ErrorCode.UNSUPPORTED_ASSIGNOR));
    }

    @Test
    void aCredentialThatNoLoginCouldBeCheckedWithIsRefused() {
        for (var upsertion : List.of(credential(new byte[0], new byte[32]), credential(new byte[8], new byte[0]))) {
            var request = new AlterUserScramCredentialsRequestData().setUpsertions(List.of(upsertion));

            assertThat(client.ask(
                                    KafkaApi.ALTER_USER_SCRAM_CREDENTIALS,
                                    0,
                                    request,
                                    AlterUserScramCredentialsResponseData.class)
                            .results())
                    .singleElement()
                    .satisfies(answer ->
                            assertThat(answer.errorCode()).isEqualTo(code(ErrorCode.UNACCEPTABLE_CREDENTIAL)));
        }
    }

    @Test
    void aTextThatIsNoUtf8AndWouldFitIntoNoAnswerEndsTheConnection() {
        String placeholder = "\1".repeat(Short.MAX_VALUE);
        var describe = new DescribeGroupsRequestData().setGroups(List.of(placeholder));
        var fetch = new FetchRequestData()
                .setTopics(List.of(new FetchTopic()
                        .setTopic(placeholder)
                        .setPartitions(List.of(new FetchPartition().setPartition(0)))));

        assertThat(isRefused(KafkaApi.DESCRIBE_GROUPS, 5, describe)).isTrue();
        assertThat(isRefused(KafkaApi.FETCH, 12, fetch)).isTrue();
    }

    /** With every byte of the placeholder replaced by one that no UTF-8 has. */
    private static boolean isRefused(KafkaApi api, int version, ApiMessage request) {
        byte[] frame = WireClient.frame(api, version, request, 1);
        int placeholderEnd = frame.length;
        while (frame[placeholderEnd - 1] != 1 || frame[placeholderEnd - 2] != 1) {
            placeholderEnd--;
        }
        Arrays.fill(frame, placeholderEnd - Short.MAX_VALUE, placeholderEnd, (byte) 0xff);
        try (WireClient broken = server.client()) {
            broken.write(frame);
            return broken.isHungUp();
        }
    }

    private static ScramCredentialUpsertion credential(byte[] salt, byte[] saltedPassword) {
        return new ScramCredentialUpsertion()
                .setName("u")
                .setMechanism((byte) 1)
                .setIterations(4_096)
                .setSalt(salt)
                .setSaltedPassword(saltedPassword);
    }

    private static short code(ErrorCode error) {
        return error.kafkaCode();
    }
}
