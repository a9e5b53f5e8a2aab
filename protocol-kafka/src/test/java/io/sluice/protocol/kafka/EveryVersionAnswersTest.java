package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Topic;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every version of every request over the real broker, about what exists and what does not: the answer is of that version and says what is so. */
final class EveryVersionAnswersTest {
    private static final Pattern ERROR = Pattern.compile("errorCode=(-?\\d+)");

    @TempDir
    static Path folder;

    private static BrokerServer server;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder, broker -> broker.with("auto.create.topics.enable", "false"), door -> door);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> versions() {
        return Stream.of(KafkaApi.values())
                .flatMap(api -> IntStream.rangeClosed(api.versionMin(), api.versionMax())
                        .mapToObj(version -> Arguments.of(api, version)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatDoesNotExistIsNamedAsTheVersionCan(KafkaApi api, int version) {
        Samples missing = new Samples("missing", new Uuid(4, 2), "nobody-" + api + version);

        ApiMessage answer = ask(api, version, missing.request(api, version));

        assertThat(errors(answer)).as(answer.toString()).containsOnly(errorOfMissing(api, version));
        if (api == KafkaApi.CREATE_TOPICS) {
            assertThat(server.broker.topics().find("missing")).isPresent();
            server.broker
                    .topics()
                    .delete(server.broker.topics().find("missing").orElseThrow().id())
                    .join();
        }
    }

    /** The last of them is what the request is about; others are of the answer as a whole. */
    private static int errorOfMissing(KafkaApi api, int version) {
        return switch (api) {
            case PRODUCE -> version >= 13 ? 100 : 3;
            case FETCH -> version >= 13 ? 100 : 3;
            case METADATA -> version >= 12 ? 100 : 3;
            case OFFSET_COMMIT -> version >= 10 ? 100 : 3;
            case OFFSET_FETCH -> version >= 10 ? 100 : 0;
            case DELETE_TOPICS -> version >= 6 ? 100 : 3;
            case JOIN_GROUP -> version >= 4 ? 79 : 0;
            case DESCRIBE_GROUPS -> version >= 6 ? 69 : 0;
            case LIST_OFFSETS, DESCRIBE_CONFIGS, DESCRIBE_TOPIC_PARTITIONS -> 3;
            case DELETE_GROUPS, OFFSET_DELETE, CONSUMER_GROUP_DESCRIBE -> 69;
            case CONSUMER_GROUP_HEARTBEAT, SHARE_GROUP_HEARTBEAT -> 0;
            case SHARE_GROUP_DESCRIBE -> 69;
            case DESCRIBE_SHARE_GROUP_OFFSETS, ALTER_SHARE_GROUP_OFFSETS, DELETE_SHARE_GROUP_OFFSETS -> 69;
            case SHARE_FETCH -> 100;
            case SHARE_ACKNOWLEDGE -> 122;
            case DELETE_RECORDS, OFFSET_FOR_LEADER_EPOCH, ALTER_CONFIGS, INCREMENTAL_ALTER_CONFIGS -> 3;
            case CREATE_PARTITIONS, ELECT_LEADERS, ALTER_PARTITION_REASSIGNMENTS, DESCRIBE_PRODUCERS -> 3;
            case DESCRIBE_LOG_DIRS, LIST_PARTITION_REASSIGNMENTS, DESCRIBE_QUORUM -> 0;
            case UPDATE_FEATURES, LIST_CONFIG_RESOURCES -> 0;
            case UNREGISTER_BROKER -> 102;
            case HEARTBEAT, LEAVE_GROUP, SYNC_GROUP -> 25;
            case SASL_HANDSHAKE, SASL_AUTHENTICATE -> 34;
            case CREATE_ACLS, DESCRIBE_ACLS, DELETE_ACLS -> 54;
            case DESCRIBE_USER_SCRAM_CREDENTIALS, ALTER_USER_SCRAM_CREDENTIALS -> 0;
            case DESCRIBE_CLIENT_QUOTAS, ALTER_CLIENT_QUOTAS -> 0;
            case FIND_COORDINATOR, LIST_GROUPS, API_VERSIONS, CREATE_TOPICS, INIT_PRODUCER_ID, DESCRIBE_CLUSTER -> 0;
        };
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatExistsIsAnsweredWithItsContent(KafkaApi api, int version) {
        Topic topic = server.create("there-" + api.key() + "-" + version, 2);
        Samples there = Samples.of(topic);
        prepare(api, there);

        ApiMessage answer = ask(api, version, there.request(api, version));

        int error = errorOfExisting(api, version);
        assertThat(errors(answer)).as(answer.toString()).containsOnly(error);
        assertThat(answer.toString()).contains(contents(api, version, topic));
    }

    private static void prepare(KafkaApi api, Samples there) {
        prepareShares(api, there.shares());
        if (List.of(
                        KafkaApi.FETCH,
                        KafkaApi.SHARE_FETCH,
                        KafkaApi.LIST_OFFSETS,
                        KafkaApi.DELETE_RECORDS,
                        KafkaApi.OFFSET_FOR_LEADER_EPOCH)
                .contains(api)) {
            ask(KafkaApi.PRODUCE, 13, there.produce(13));
        }
        if (api == KafkaApi.OFFSET_FETCH || api == KafkaApi.DESCRIBE_GROUPS || api == KafkaApi.LIST_GROUPS) {
            ask(KafkaApi.OFFSET_COMMIT, 8, there.request(KafkaApi.OFFSET_COMMIT, 8));
        }
        if (api == KafkaApi.DELETE_GROUPS || api == KafkaApi.OFFSET_DELETE) {
            ask(KafkaApi.OFFSET_COMMIT, 8, there.request(KafkaApi.OFFSET_COMMIT, 8));
        }
        if (api == KafkaApi.CONSUMER_GROUP_DESCRIBE) {
            ask(KafkaApi.CONSUMER_GROUP_HEARTBEAT, 1, there.consumerHeartbeat());
        }
    }

    private static void prepareShares(KafkaApi api, ShareSamples there) {
        if (List.of(
                        KafkaApi.SHARE_GROUP_DESCRIBE,
                        KafkaApi.SHARE_FETCH,
                        KafkaApi.DESCRIBE_SHARE_GROUP_OFFSETS,
                        KafkaApi.ALTER_SHARE_GROUP_OFFSETS,
                        KafkaApi.DELETE_SHARE_GROUP_OFFSETS)
                .contains(api)) {
            ask(KafkaApi.SHARE_GROUP_HEARTBEAT, 1, there.heartbeat(0));
        }
        if (api == KafkaApi.ALTER_SHARE_GROUP_OFFSETS || api == KafkaApi.DELETE_SHARE_GROUP_OFFSETS) {
            ask(KafkaApi.SHARE_GROUP_HEARTBEAT, 1, there.heartbeat(-1));
        }
    }

    private static int errorOfExisting(KafkaApi api, int version) {
        return switch (api) {
            case HEARTBEAT, LEAVE_GROUP, SYNC_GROUP -> 25;
            case JOIN_GROUP -> version >= 4 ? 79 : 0;
            case DESCRIBE_GROUPS -> 0;
            case CREATE_TOPICS -> 36;
            case SASL_HANDSHAKE, SASL_AUTHENTICATE -> 34;
            case CREATE_ACLS, DESCRIBE_ACLS, DELETE_ACLS -> 54;
            case ELECT_LEADERS -> 84;
            case SHARE_ACKNOWLEDGE -> 122;
            case UNREGISTER_BROKER -> 102;
            default -> 0;
        };
    }

    private static List<String> contents(KafkaApi api, int version, Topic topic) {
        String quoted = "'" + topic.name() + "'";
        String id = Samples.uuid(topic).toString();
        return switch (api) {
            case PRODUCE -> List.of(version >= 13 ? id : quoted, "baseOffset=0");
            case FETCH -> List.of(version >= 13 ? id : quoted, "highWatermark=2", "size=77");
            case LIST_OFFSETS -> List.of(quoted, "offset=2");
            case METADATA -> List.of(quoted, "partitionIndex=1", "host='127.0.0.1'", "port=" + server.port());
            case OFFSET_COMMIT -> List.of(version >= 10 ? id : quoted, "partitionIndex=0");
            case OFFSET_FETCH -> List.of(version >= 10 ? id : quoted, "committedOffset=7", "metadata='kept'");
            case FIND_COORDINATOR -> List.of("host='127.0.0.1'", "port=" + server.port(), "nodeId=1");
            case JOIN_GROUP ->
                version >= 4 ? List.of("memberId='raw-") : List.of("generationId=1", "protocolName='range'");
            case DESCRIBE_GROUPS -> List.of("group-of-" + topic.name(), "groupState='Empty'");
            case LIST_GROUPS, DELETE_GROUPS -> List.of("group-of-" + topic.name());
            case OFFSET_DELETE -> List.of(quoted, "partitionIndex=0");
            case CONSUMER_GROUP_HEARTBEAT -> List.of("memberId='modern'", "memberEpoch=1", id, "[0, 1]");
            case CONSUMER_GROUP_DESCRIBE -> List.of("groupState='Stable'", quoted, id, "assignorName='uniform'");
            case SHARE_GROUP_HEARTBEAT -> List.of("memberId='sharer'", "memberEpoch=1", id, "[0, 1]");
            case SHARE_GROUP_DESCRIBE -> List.of("groupState='Stable'", quoted, id, "assignorName='simple'");
            case SHARE_FETCH -> List.of(id, "firstOffset=0, lastOffset=1, deliveryCount=1", "size=77");
            case SHARE_ACKNOWLEDGE -> List.of("errorCode=122");
            case DESCRIBE_SHARE_GROUP_OFFSETS ->
                List.of(quoted, id, "startOffset=0", version >= 1 ? "lag=0" : "lag=-1");
            case ALTER_SHARE_GROUP_OFFSETS -> List.of(quoted, id, "partitionIndex=0");
            case DELETE_SHARE_GROUP_OFFSETS -> List.of(quoted, id);
            case API_VERSIONS -> List.of("apiKey=75", "ApiVersion(apiKey=0, minVersion=0, maxVersion=13)");
            case DELETE_TOPICS, CREATE_TOPICS -> List.of(quoted);
            case INIT_PRODUCER_ID -> List.of("producerEpoch=0");
            case DESCRIBE_CONFIGS -> List.of(quoted, "'max.message.bytes'", "'1048588'");
            case DESCRIBE_CLIENT_QUOTAS -> List.of("entries=[");
            case ALTER_CLIENT_QUOTAS -> List.of("entityType='user', entityName=" + quoted);
            case DESCRIBE_CLUSTER -> List.of(server.broker.clusterId(), "port=" + server.port());
            case DELETE_RECORDS -> List.of(quoted, "lowWatermark=2");
            case OFFSET_FOR_LEADER_EPOCH -> List.of(quoted, "leaderEpoch=1", "endOffset=2");
            case ALTER_CONFIGS, INCREMENTAL_ALTER_CONFIGS -> List.of(quoted, "resourceType=2", "errorMessage=null");
            case DESCRIBE_LOG_DIRS ->
                List.of(quoted, "logDir='" + folder.resolve("data"), version >= 4 ? "usableBytes=" : "");
            case CREATE_PARTITIONS, DESCRIBE_PRODUCERS, ELECT_LEADERS, ALTER_PARTITION_REASSIGNMENTS -> List.of(quoted);
            case LIST_PARTITION_REASSIGNMENTS -> List.of("topics=[]");
            case DESCRIBE_QUORUM -> List.of("'__cluster_metadata'", "leaderId=1", "replicaId=1");
            case UNREGISTER_BROKER -> List.of("Broker ID 7 is not currently registered");
            case UPDATE_FEATURES -> List.of(version <= 1 ? "'metadata.version'" : "results=[]");
            case LIST_CONFIG_RESOURCES -> List.of(version >= 1 ? quoted : "configResources=[]");
            case DESCRIBE_TOPIC_PARTITIONS -> List.of(quoted, id, "partitionIndex=1");
            case HEARTBEAT, LEAVE_GROUP, SYNC_GROUP -> List.of("errorCode=25");
            case SASL_HANDSHAKE, SASL_AUTHENTICATE -> List.of("errorCode=34");
            case CREATE_ACLS, DESCRIBE_ACLS, DELETE_ACLS -> List.of("No Authorizer is configured.");
            case DESCRIBE_USER_SCRAM_CREDENTIALS -> List.of("errorCode=0");
            case ALTER_USER_SCRAM_CREDENTIALS -> List.of("group-of-" + topic.name());
        };
    }

    @Test
    void theVersionRangesAreThoseOfKafkaButForNewerOnesOfTheClient() {
        for (KafkaApi api : KafkaApi.values()) {
            ApiMessageType type = ApiMessageType.fromApiKey(api.key());
            assertThat(type.highestSupportedVersion(true)).as(api.toString()).isGreaterThanOrEqualTo(api.versionMax());
            for (short version = api.versionMin(); version <= api.versionMax(); version++) {
                assertThat(type.requestHeaderVersion(version) == 2).isEqualTo(api.isFlexible(version));
                assertThat(type.responseHeaderVersion(version) == 1).isEqualTo(api.hasTaggedAnswerHeader(version));
            }
        }
    }

    private static ApiMessage ask(KafkaApi api, int version, ApiMessage request) {
        try (WireClient client = server.client()) {
            return client.ask(api, version, request, ApiMessage.class);
        }
    }

    /** Every error code of the answer; NONE only if there is no other. */
    private static List<Integer> errors(ApiMessage answer) {
        List<Integer> errors = new ArrayList<>();
        Matcher matcher = ERROR.matcher(answer.toString());
        while (matcher.find()) {
            errors.add(Integer.parseInt(matcher.group(1)));
        }
        if (errors.stream().anyMatch(error -> error != 0)) {
            errors.removeIf(error -> error == 0);
        }
        return errors.isEmpty() ? List.of(0) : errors;
    }
}
