package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every version of every request, written and read by Kafka's own classes: a wrong field would shift all after it. */
@Timeout(120)
class EveryVersionTest {
    private static FakeServer server;
    private static FakeTopics.FakeTopic topic;

    @BeforeAll
    static void start() {
        server = new FakeServer();
        topic = server.broker.topics().add("t", 2);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> versions() {
        return Arrays.stream(KafkaApi.values())
                .flatMap(api -> IntStream.rangeClosed(api.versionMin(), api.versionMax())
                        .mapToObj(version -> Arguments.of(api, version)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void isAnsweredInItsOwnForm(KafkaApi api, int version) throws Exception {
        try (var client = new RawClient(server.port())) {
            for (ApiMessage request : requests(api, version)) {
                client.send(RawClient.frame(api, version, 77, request));
                ApiMessage answer = client.receive(api, version, 77);
                if (answer instanceof ProduceResponseData produced) {
                    var partition = produced.responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst();
                    assertThat(partition.errorCode()).isZero();
                    assertThat(partition.baseOffset()).isNotNegative();
                }
                if (answer instanceof FetchResponseData fetched && version >= 13) {
                    assertThat(fetched.responses().getFirst().topicId()).isEqualTo(id());
                }
            }
        }
    }

    private static Uuid id() {
        return new Uuid(topic.id().high(), topic.id().low());
    }

    private static List<ApiMessage> share(KafkaApi api) {
        return List.of(new ShareSamples("t", id(), "g").request(api));
    }

    private static List<ApiMessage> requests(KafkaApi api, int version) {
        return switch (api) {
            case PRODUCE -> List.of(produce(version));
            case FETCH -> List.of(fetch(version, 0), fetch(version, 1_000_000));
            case LIST_OFFSETS -> List.of(listOffsets(-1), listOffsets(-2), listOffsets(5));
            case METADATA -> metadata(version);
            case OFFSET_COMMIT -> List.of(offsetCommit(version));
            case OFFSET_FETCH -> offsetFetch(version);
            case FIND_COORDINATOR -> findCoordinator(version);
            case JOIN_GROUP -> joinGroup();
            case HEARTBEAT -> List.of(new HeartbeatRequestData().setGroupId("g").setMemberId("m-1"));
            case LEAVE_GROUP -> leaveGroup(version);
            case SYNC_GROUP -> syncGroup(version);
            case DESCRIBE_GROUPS -> List.of(new DescribeGroupsRequestData().setGroups(List.of("g", "none")));
            case LIST_GROUPS -> List.of(new ListGroupsRequestData());
            case DELETE_GROUPS, OFFSET_DELETE, CONSUMER_GROUP_HEARTBEAT, CONSUMER_GROUP_DESCRIBE ->
                List.of(new Samples("t", id(), "g").request(api, version));
            case API_VERSIONS ->
                List.of(new ApiVersionsRequestData()
                        .setClientSoftwareName("raw")
                        .setClientSoftwareVersion("1.0"));
            case CREATE_TOPICS -> createTopics(version);
            case DELETE_TOPICS -> deleteTopics(version);
            case INIT_PRODUCER_ID -> List.of(new InitProducerIdRequestData().setTransactionalId(null));
            case DESCRIBE_CONFIGS -> describeConfigs(version);
            case DESCRIBE_CLIENT_QUOTAS -> describeQuotas();
            case ALTER_CLIENT_QUOTAS -> List.of(alterQuotas());
            case DESCRIBE_CLUSTER -> List.of(new DescribeClusterRequestData());
            case SASL_HANDSHAKE -> List.of(SecuritySamples.handshake());
            case SASL_AUTHENTICATE -> List.of(SecuritySamples.token());
            case CREATE_ACLS -> List.of(SecuritySamples.createAcls("t"));
            case DESCRIBE_ACLS -> List.of(SecuritySamples.describeAcls("t"));
            case DELETE_ACLS -> List.of(SecuritySamples.deleteAcls("t"));
            case DESCRIBE_USER_SCRAM_CREDENTIALS -> List.of(SecuritySamples.describeUsers());
            case ALTER_USER_SCRAM_CREDENTIALS -> List.of(SecuritySamples.alterUsers("u"));
            case DELETE_RECORDS,
                    OFFSET_FOR_LEADER_EPOCH,
                    ALTER_CONFIGS,
                    INCREMENTAL_ALTER_CONFIGS,
                    DESCRIBE_LOG_DIRS,
                    CREATE_PARTITIONS,
                    ELECT_LEADERS,
                    ALTER_PARTITION_REASSIGNMENTS,
                    LIST_PARTITION_REASSIGNMENTS,
                    DESCRIBE_QUORUM,
                    UPDATE_FEATURES,
                    UNREGISTER_BROKER,
                    DESCRIBE_PRODUCERS,
                    LIST_CONFIG_RESOURCES ->
                List.of(new AdminSamples("t").request(api, version), new AdminSamples("none").request(api, version));
            case SHARE_GROUP_HEARTBEAT, SHARE_GROUP_DESCRIBE, SHARE_FETCH, SHARE_ACKNOWLEDGE -> share(api);
            case DESCRIBE_SHARE_GROUP_OFFSETS, ALTER_SHARE_GROUP_OFFSETS, DELETE_SHARE_GROUP_OFFSETS -> share(api);
            case DESCRIBE_TOPIC_PARTITIONS ->
                List.of(
                        new DescribeTopicPartitionsRequestData()
                                .setTopics(List.of(new DescribeTopicPartitionsRequestData.TopicRequest().setName("t"))),
                        new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(1));
        };
    }

    private static OffsetCommitRequestData offsetCommit(int version) {
        boolean isNameless = version >= 10;
        return new OffsetCommitRequestData()
                .setGroupId("g")
                .setTopics(List.of(new OffsetCommitRequestData.OffsetCommitRequestTopic()
                        .setName("t")
                        .setTopicId(isNameless ? id() : Uuid.ZERO_UUID)
                        .setPartitions(List.of(new OffsetCommitRequestData.OffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(5)
                                .setCommittedMetadata("m")))));
    }

    private static List<ApiMessage> joinGroup() {
        var request =
                new JoinGroupRequestData().setGroupId("g").setMemberId("m-1").setProtocolType("consumer");
        request.protocols()
                .add(new JoinGroupRequestData.JoinGroupRequestProtocol()
                        .setName("range")
                        .setMetadata(new byte[] {1}));
        return List.of(request);
    }

    private static List<ApiMessage> leaveGroup(int version) {
        var request = new LeaveGroupRequestData().setGroupId("g");
        return List.of(
                version < 3
                        ? request.setMemberId("m-1")
                        : request.setMembers(List.of(new LeaveGroupRequestData.MemberIdentity().setMemberId("m-1"))));
    }

    private static List<ApiMessage> syncGroup(int version) {
        var request = new SyncGroupRequestData().setGroupId("g").setMemberId("m-1");
        return List.of(
                version < 5 ? request : request.setProtocolType("consumer").setProtocolName("range"));
    }

    private static List<ApiMessage> deleteTopics(int version) {
        var request = new DeleteTopicsRequestData();
        return List.of(
                version < 6
                        ? request.setTopicNames(List.of("none", "c" + version))
                        : request.setTopics(List.of(
                                new DeleteTopicsRequestData.DeleteTopicState().setName("none"),
                                new DeleteTopicsRequestData.DeleteTopicState().setTopicId(Uuid.randomUuid()))));
    }

    private static ApiMessage produce(int version) {
        MemoryRecords records =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1_000L, "k".getBytes(), "v".getBytes()));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1_000);
        request.topicData()
                .add(new ProduceRequestData.TopicProduceData()
                        .setName(version < 13 ? "t" : "")
                        .setTopicId(version < 13 ? Uuid.ZERO_UUID : id())
                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                .setIndex(0)
                                .setRecords(records))));
        return request;
    }

    private static ApiMessage fetch(int version, long offset) {
        return new FetchRequestData()
                .setMaxWaitMs(0)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setTopics(List.of(new FetchRequestData.FetchTopic()
                        .setTopic(version < 13 ? "t" : "")
                        .setTopicId(version < 13 ? Uuid.ZERO_UUID : id())
                        .setPartitions(List.of(new FetchRequestData.FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(1 << 20)))));
    }

    private static ApiMessage listOffsets(long timestamp) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(List.of(new ListOffsetsRequestData.ListOffsetsTopic()
                        .setName("t")
                        .setPartitions(List.of(new ListOffsetsRequestData.ListOffsetsPartition()
                                .setPartitionIndex(0)
                                .setTimestamp(timestamp)))));
    }

    private static List<ApiMessage> metadata(int version) {
        List<ApiMessage> requests = new ArrayList<>();
        requests.add(new MetadataRequestData()
                .setTopics(List.of(
                        new MetadataRequestData.MetadataRequestTopic().setName("t"),
                        new MetadataRequestData.MetadataRequestTopic().setName("no such! name"))));
        if (version >= 1) {
            requests.add(new MetadataRequestData().setTopics(null));
        }
        if (version >= 12) {
            requests.add(new MetadataRequestData()
                    .setTopics(List.of(
                            new MetadataRequestData.MetadataRequestTopic()
                                    .setName(null)
                                    .setTopicId(id()),
                            new MetadataRequestData.MetadataRequestTopic()
                                    .setName(null)
                                    .setTopicId(Uuid.randomUuid()))));
        }
        return requests;
    }

    private static List<ApiMessage> offsetFetch(int version) {
        if (version < 8) {
            return List.of(new OffsetFetchRequestData()
                    .setGroupId("g")
                    .setTopics(List.of(new OffsetFetchRequestData.OffsetFetchRequestTopic()
                            .setName("t")
                            .setPartitionIndexes(List.of(0, 1)))));
        }
        return List.of(new OffsetFetchRequestData()
                .setGroups(List.of(
                        new OffsetFetchRequestData.OffsetFetchRequestGroup()
                                .setGroupId("g")
                                .setTopics(List.of(new OffsetFetchRequestData.OffsetFetchRequestTopics()
                                        .setName("t")
                                        .setTopicId(id())
                                        .setPartitionIndexes(List.of(0, 1)))),
                        new OffsetFetchRequestData.OffsetFetchRequestGroup()
                                .setGroupId("g")
                                .setTopics(null))));
    }

    private static List<ApiMessage> findCoordinator(int version) {
        var request = new FindCoordinatorRequestData();
        return List.of(version < 4 ? request.setKey("g") : request.setCoordinatorKeys(List.of("g", "h")));
    }

    private static List<ApiMessage> createTopics(int version) {
        var request = new CreateTopicsRequestData();
        request.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName("c" + version)
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1));
        request.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName("t")
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1));
        return List.of(request);
    }

    private static List<ApiMessage> describeQuotas() {
        var component = new DescribeClientQuotasRequestData.ComponentData().setEntityType("user");
        return List.of(
                new DescribeClientQuotasRequestData(),
                new DescribeClientQuotasRequestData()
                        .setComponents(List.of(component.setMatchType((byte) 2).setMatch(null)))
                        .setStrict(true),
                new DescribeClientQuotasRequestData()
                        .setComponents(
                                List.of(new DescribeClientQuotasRequestData.ComponentData().setEntityType("?"))));
    }

    private static ApiMessage alterQuotas() {
        var user = new AlterClientQuotasRequestData.EntityData().setEntityType("user");
        return new AlterClientQuotasRequestData()
                .setEntries(List.of(new AlterClientQuotasRequestData.EntryData()
                        .setEntity(List.of(user.setEntityName(null)))
                        .setOps(List.of(new AlterClientQuotasRequestData.OpData()
                                .setKey("producer_byte_rate")
                                .setValue(1_000)))));
    }

    private static List<ApiMessage> describeConfigs(int version) {
        return List.of(new DescribeConfigsRequestData()
                .setIncludeSynonyms(true)
                .setIncludeDocumentation(version >= 3)
                .setResources(List.of(
                        new DescribeConfigsRequestData.DescribeConfigsResource()
                                .setResourceType((byte) 2)
                                .setResourceName("t")
                                .setConfigurationKeys(null),
                        new DescribeConfigsRequestData.DescribeConfigsResource()
                                .setResourceType((byte) 4)
                                .setResourceName("1")
                                .setConfigurationKeys(null))));
    }

    static ByteBuffer batch(int valueBytes) {
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1_000L, null, new byte[valueBytes]))
                .buffer();
    }
}
