package io.sluice.protocol.kafka;

import io.sluice.broker.api.Topic;
import io.sluice.common.TopicId;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A plain request of every kind in every version, about one topic and one group.
 *
 * @param topic its name
 * @param topicId its id
 * @param group a group
 */
record Samples(String topic, Uuid topicId, String group) {
    static Samples of(Topic topic) {
        return new Samples(topic.name(), uuid(topic), "group-of-" + topic.name());
    }

    static Uuid uuid(Topic topic) {
        TopicId id = topic.id();
        return new Uuid(id.high(), id.low());
    }

    /** The same group and topic in requests about share groups. */
    ShareSamples shares() {
        return new ShareSamples(topic, topicId, group);
    }

    private ApiMessage share(KafkaApi api) {
        return shares().request(api);
    }

    ApiMessage request(KafkaApi api, int version) {
        return switch (api) {
            case PRODUCE -> produce(version);
            case FETCH -> fetch(version);
            case LIST_OFFSETS -> listOffsets(-1);
            case METADATA -> metadata(version);
            case OFFSET_COMMIT -> offsetCommit(version);
            case OFFSET_FETCH -> offsetFetch(version);
            case FIND_COORDINATOR -> findCoordinator(version);
            case JOIN_GROUP -> join();
            case HEARTBEAT ->
                new HeartbeatRequestData().setGroupId(group).setGenerationId(1).setMemberId("nobody");
            case LEAVE_GROUP -> leave(version);
            case SYNC_GROUP -> sync(version);
            case DESCRIBE_GROUPS -> new DescribeGroupsRequestData().setGroups(List.of(group));
            case LIST_GROUPS -> new ListGroupsRequestData();
            case DELETE_GROUPS -> new DeleteGroupsRequestData().setGroupsNames(List.of(group));
            case OFFSET_DELETE -> offsetDelete();
            case CONSUMER_GROUP_HEARTBEAT -> consumerHeartbeat();
            case CONSUMER_GROUP_DESCRIBE -> new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group));
            case API_VERSIONS -> apiVersions(version);
            case CREATE_TOPICS -> create();
            case DELETE_TOPICS -> delete(version);
            case INIT_PRODUCER_ID ->
                new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
            case DESCRIBE_CONFIGS ->
                new DescribeConfigsRequestData()
                        .setResources(List.of(new DescribeConfigsResource()
                                .setResourceType((byte) 2)
                                .setResourceName(topic)
                                .setConfigurationKeys(null)));
            case DESCRIBE_CLIENT_QUOTAS -> new DescribeClientQuotasRequestData();
            case ALTER_CLIENT_QUOTAS -> alterQuota();
            case DESCRIBE_CLUSTER -> new DescribeClusterRequestData();
            case SASL_HANDSHAKE -> SecuritySamples.handshake();
            case SASL_AUTHENTICATE -> SecuritySamples.token();
            case CREATE_ACLS -> SecuritySamples.createAcls(topic);
            case DESCRIBE_ACLS -> SecuritySamples.describeAcls(topic);
            case DELETE_ACLS -> SecuritySamples.deleteAcls(topic);
            case DESCRIBE_USER_SCRAM_CREDENTIALS -> SecuritySamples.describeUsers();
            case ALTER_USER_SCRAM_CREDENTIALS -> SecuritySamples.alterUsers(group);
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
                    LIST_CONFIG_RESOURCES -> new AdminSamples(topic).request(api, version);
            case SHARE_GROUP_HEARTBEAT, SHARE_GROUP_DESCRIBE, SHARE_FETCH, SHARE_ACKNOWLEDGE -> share(api);
            case DESCRIBE_SHARE_GROUP_OFFSETS, ALTER_SHARE_GROUP_OFFSETS, DELETE_SHARE_GROUP_OFFSETS -> share(api);
            case DESCRIBE_TOPIC_PARTITIONS -> describePartitions();
        };
    }

    private DescribeTopicPartitionsRequestData describePartitions() {
        return new DescribeTopicPartitionsRequestData().setTopics(List.of(new TopicRequest().setName(topic)));
    }

    private FindCoordinatorRequestData findCoordinator(int version) {
        return version >= 4
                ? new FindCoordinatorRequestData().setCoordinatorKeys(List.of(group))
                : new FindCoordinatorRequestData().setKey(group);
    }

    private LeaveGroupRequestData leave(int version) {
        return version >= 3
                ? new LeaveGroupRequestData()
                        .setGroupId(group)
                        .setMembers(List.of(new MemberIdentity().setMemberId("nobody")))
                : new LeaveGroupRequestData().setGroupId(group).setMemberId("nobody");
    }

    private static ApiVersionsRequestData apiVersions(int version) {
        return version >= 3
                ? new ApiVersionsRequestData().setClientSoftwareName("raw").setClientSoftwareVersion("1.0")
                : new ApiVersionsRequestData();
    }

    /** Of a user of the topic's name, so high that nobody notices. */
    private AlterClientQuotasRequestData alterQuota() {
        return new AlterClientQuotasRequestData()
                .setEntries(List.of(new AlterClientQuotasRequestData.EntryData()
                        .setEntity(List.of(new AlterClientQuotasRequestData.EntityData()
                                .setEntityType("user")
                                .setEntityName(topic)))
                        .setOps(List.of(new AlterClientQuotasRequestData.OpData()
                                .setKey("producer_byte_rate")
                                .setValue(1e15)))));
    }

    ProduceRequestData produce(int version) {
        return produce(
                version, new PartitionProduceData().setIndex(0).setRecords(Batches.records(Batches.of("a", "b"))));
    }

    ProduceRequestData produce(int version, PartitionProduceData... partitions) {
        TopicProduceData wanted = new TopicProduceData().setPartitionData(List.of(partitions));
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
        request.topicData().add(version >= 13 ? wanted.setTopicId(topicId) : wanted.setName(topic));
        return request;
    }

    FetchRequestData fetch(int version) {
        return fetch(
                version, new FetchPartition().setPartition(0).setFetchOffset(0).setPartitionMaxBytes(1 << 20));
    }

    FetchRequestData fetch(int version, FetchPartition... partitions) {
        FetchTopic wanted = new FetchTopic().setPartitions(List.of(partitions));
        FetchRequestData request =
                new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setMaxBytes(1 << 20);
        if (version >= 7) {
            request.setSessionEpoch(-1);
        }
        return request.setTopics(List.of(version >= 13 ? wanted.setTopicId(topicId) : wanted.setTopic(topic)));
    }

    ListOffsetsRequestData listOffsets(long timestamp) {
        return new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(List.of(new ListOffsetsTopic()
                        .setName(topic)
                        .setPartitions(List.of(
                                new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(timestamp)))));
    }

    private MetadataRequestData metadata(int version) {
        MetadataRequestTopic wanted = version >= 12
                ? new MetadataRequestTopic().setName(null).setTopicId(topicId)
                : new MetadataRequestTopic().setName(topic);
        return new MetadataRequestData().setTopics(List.of(wanted));
    }

    private OffsetCommitRequestData offsetCommit(int version) {
        OffsetCommitRequestTopic wanted = new OffsetCommitRequestTopic()
                .setPartitions(List.of(new OffsetCommitRequestPartition()
                        .setPartitionIndex(0)
                        .setCommittedOffset(7)
                        .setCommittedMetadata("kept")));
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setGenerationIdOrMemberEpoch(-1)
                .setTopics(List.of(version >= 10 ? wanted.setTopicId(topicId) : wanted.setName(topic)));
    }

    private OffsetFetchRequestData offsetFetch(int version) {
        if (version < 8) {
            return new OffsetFetchRequestData()
                    .setGroupId(group)
                    .setTopics(
                            List.of(new OffsetFetchRequestTopic().setName(topic).setPartitionIndexes(List.of(0))));
        }
        OffsetFetchRequestTopics wanted = new OffsetFetchRequestTopics().setPartitionIndexes(List.of(0));
        return new OffsetFetchRequestData()
                .setGroups(List.of(new OffsetFetchRequestGroup()
                        .setGroupId(group)
                        .setTopics(List.of(version >= 10 ? wanted.setTopicId(topicId) : wanted.setName(topic)))));
    }

    private OffsetDeleteRequestData offsetDelete() {
        OffsetDeleteRequestTopic wanted = new OffsetDeleteRequestTopic()
                .setName(topic)
                .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0)));
        OffsetDeleteRequestData request = new OffsetDeleteRequestData().setGroupId(group);
        request.topics().add(wanted);
        return request;
    }

    /** The first of a member that reads the topic. */
    ConsumerGroupHeartbeatRequestData consumerHeartbeat() {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(group)
                .setMemberId("modern")
                .setMemberEpoch(0)
                .setRebalanceTimeoutMs(10_000)
                .setSubscribedTopicNames(List.of(topic))
                .setTopicPartitions(List.of());
    }

    private JoinGroupRequestData join() {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol()
                .setName("range")
                .setMetadata("metadata".getBytes(StandardCharsets.UTF_8)));
        return new JoinGroupRequestData()
                .setGroupId(group)
                .setSessionTimeoutMs(10_000)
                .setRebalanceTimeoutMs(10_000)
                .setProtocolType("consumer")
                .setProtocols(protocols);
    }

    private SyncGroupRequestData sync(int version) {
        SyncGroupRequestData request =
                new SyncGroupRequestData().setGroupId(group).setGenerationId(1).setMemberId("nobody");
        return version >= 5 ? request.setProtocolType("consumer").setProtocolName("range") : request;
    }

    private CreateTopicsRequestData create() {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics()
                .add(new CreatableTopic().setName(topic).setNumPartitions(2).setReplicationFactor((short) 1));
        return request;
    }

    private DeleteTopicsRequestData delete(int version) {
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTimeoutMs(10_000);
        return version >= 6
                ? request.setTopics(List.of(new DeleteTopicState().setName(null).setTopicId(topicId)))
                : request.setTopicNames(List.of(topic));
    }
}
