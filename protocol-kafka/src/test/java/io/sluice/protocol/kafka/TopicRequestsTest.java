package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.DamagedRange;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets by time, metadata, creation and deletion over the real broker. */
final class TopicRequestsTest {
    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static WireClient client;

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

    @Test
    void offsetsAreFoundByTimeAndBySpecialName() {
        Topic topic = server.create("times", 1);
        Samples samples = Samples.of(topic);
        append(samples, Batches.of("a", "b", "c"));
        append(samples, Batches.of("d"));
        int epoch = topic.partition(0).leaderEpoch();

        assertThat(offsetAt(samples, -1)).isEqualTo(new Found(0, 4, -1, epoch));
        assertThat(offsetAt(samples, -2)).isEqualTo(new Found(0, 0, -1, epoch));
        assertThat(offsetAt(samples, -4)).isEqualTo(new Found(0, 0, -1, epoch));
        assertThat(offsetAt(samples, -3)).isEqualTo(new Found(0, 2, Batches.TIME_MS + 2, epoch));
        assertThat(offsetAt(samples, 0)).isEqualTo(new Found(0, 0, Batches.TIME_MS, epoch));
        assertThat(offsetAt(samples, Batches.TIME_MS + 1)).isEqualTo(new Found(0, 1, Batches.TIME_MS + 1, epoch));
        assertThat(offsetAt(samples, Batches.TIME_MS + 3)).isEqualTo(new Found(0, -1, -1, -1));
        assertThat(offsetAt(samples, -5)).isEqualTo(new Found(0, -1, -1, -1));
        assertThat(offsetAt(samples, -6)).isEqualTo(new Found(0, -1, -1, -1));
        assertThat(offsetAt(samples, -7).error()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.kafkaCode());
    }

    private record Found(int error, long offset, long timestampMs, int leaderEpoch) {}

    private static Found offsetAt(Samples samples, long timestamp) {
        ListOffsetsResponseData answer =
                client.ask(KafkaApi.LIST_OFFSETS, 11, samples.listOffsets(timestamp), ListOffsetsResponseData.class);
        ListOffsetsPartitionResponse found =
                answer.topics().getFirst().partitions().getFirst();
        return new Found(found.errorCode(), found.offset(), found.timestamp(), found.leaderEpoch());
    }

    @Test
    void whereOnePartitionIsDamagedTheOthersAreSearched() {
        try (FakeServer fake = new FakeServer();
                WireClient reader = new WireClient(fake.port())) {
            FakeTopics.FakeTopic topic = fake.broker.topics().add("torn", 2);
            topic.fake(0)
                    .failReads(
                            new DamagedLogException(new DamagedRange(Path.of("0.log"), 0, 10, 0, 1, "a torn batch")));
            List<ListOffsetsPartition> both = List.of(
                    new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(5),
                    new ListOffsetsPartition().setPartitionIndex(1).setTimestamp(5));
            ListOffsetsRequestData request = new ListOffsetsRequestData()
                    .setReplicaId(-1)
                    .setTopics(List.of(new ListOffsetsTopic().setName("torn").setPartitions(both)));

            ListOffsetsResponseData answer =
                    reader.ask(KafkaApi.LIST_OFFSETS, 5, request, ListOffsetsResponseData.class);

            assertThat(answer.topics().getFirst().partitions())
                    .extracting(ListOffsetsPartitionResponse::errorCode)
                    .containsExactly(ErrorCode.CORRUPT_MESSAGE.kafkaCode(), ErrorCode.NONE.kafkaCode());
        }
    }

    @Test
    void aTopicNamedTwiceByItsIdIsDescribedOnce() {
        Topic topic = server.create("once", 1);
        MetadataRequestTopic byId = new MetadataRequestTopic().setName(null).setTopicId(Samples.uuid(topic));
        MetadataRequestData request = new MetadataRequestData().setTopics(List.of(byId, byId.duplicate(), byId));

        MetadataResponseData answer = client.ask(KafkaApi.METADATA, 12, request, MetadataResponseData.class);

        assertThat(answer.topics())
                .singleElement()
                .satisfies(found -> assertThat(found.name()).isEqualTo("once"));
    }

    @Test
    void aTopicNamedTwiceInADeletionStays() {
        Topic byName = server.create("twice-by-name", 1);
        Topic byId = server.create("twice-by-id", 1);
        DeleteTopicState name = new DeleteTopicState().setName("twice-by-name");
        DeleteTopicState id = new DeleteTopicState().setName(null).setTopicId(Samples.uuid(byId));
        DeleteTopicsRequestData request =
                new DeleteTopicsRequestData().setTopics(List.of(name, id, name.duplicate(), id.duplicate()));

        DeleteTopicsResponseData answer =
                client.ask(KafkaApi.DELETE_TOPICS, 6, request, DeleteTopicsResponseData.class);

        assertThat(answer.responses())
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly(ErrorCode.INVALID_REQUEST.kafkaCode(), ErrorCode.INVALID_REQUEST.kafkaCode());
        assertThat(server.broker.topics().find(byName.id())).isPresent();
        assertThat(server.broker.topics().find(byId.id())).isPresent();
    }

    @Test
    void aMissingTopicIsCreatedOnlyIfTheRequestAllows() {
        assertThat(metadata("auto", false).errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.kafkaCode());
        assertThat(server.broker.topics().find("auto")).isEmpty();

        MetadataResponseTopic created = metadata("auto", true);

        assertThat(created.errorCode()).isZero();
        assertThat(created.partitions()).hasSize(1);
        assertThat(metadata("auto", false).topicId()).isEqualTo(created.topicId());
        assertThat(metadata("not/valid", true).errorCode()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION.kafkaCode());
    }

    private static MetadataResponseTopic metadata(String name, boolean mayCreate) {
        var request = new MetadataRequestData()
                .setAllowAutoTopicCreation(mayCreate)
                .setTopics(List.of(new MetadataRequestTopic().setName(name)));
        return client.ask(KafkaApi.METADATA, 11, request, MetadataResponseData.class)
                .topics()
                .iterator()
                .next();
    }

    @Test
    void eachTopicOfACreationSucceedsOrFailsByItself() {
        server.create("exists", 1);
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000);
        request.topics().add(wanted("new", 3));
        request.topics().add(wanted("exists", 1));
        request.topics().add(wanted("not valid", 1));
        request.topics().add(wanted("none", 0));
        request.topics().add(wanted("copies", 1).setReplicationFactor((short) 3));
        request.topics().add(wanted("compacted", 1).setConfigs(config("cleanup.policy", "compact")));
        request.topics().add(wanted("misspelt", 1).setConfigs(config("retention.mss", "1")));
        request.topics().add(wanted("defaults", -1).setReplicationFactor((short) -1));
        request.topics().mustAdd(wanted("twice", 1));
        request.topics().mustAdd(wanted("twice", 2));

        var answer = client.ask(KafkaApi.CREATE_TOPICS, 7, request, CreateTopicsResponseData.class);

        assertThat(answer.topics())
                .extracting(CreatableTopicResult::name, result -> (int) result.errorCode())
                .containsExactlyInAnyOrder(
                        pair("new", ErrorCode.NONE),
                        pair("exists", ErrorCode.TOPIC_ALREADY_EXISTS),
                        pair("not valid", ErrorCode.INVALID_TOPIC_EXCEPTION),
                        pair("none", ErrorCode.INVALID_PARTITIONS),
                        pair("copies", ErrorCode.INVALID_REPLICATION_FACTOR),
                        pair("compacted", ErrorCode.NONE),
                        pair("misspelt", ErrorCode.INVALID_CONFIG),
                        pair("defaults", ErrorCode.NONE),
                        pair("twice", ErrorCode.INVALID_REQUEST));
        assertThat(server.broker.topics().find("new").orElseThrow().partitionCount())
                .isEqualTo(3);
        assertThat(server.broker.topics().find("twice")).isEmpty();
    }

    @Test
    void validationCreatesNothing() {
        var request = new CreateTopicsRequestData().setTimeoutMs(10_000).setValidateOnly(true);
        request.topics().add(wanted("imagined", 3));

        var answer = client.ask(KafkaApi.CREATE_TOPICS, 7, request, CreateTopicsResponseData.class);

        assertThat(answer.topics().find("imagined").errorCode()).isZero();
        assertThat(answer.topics().find("imagined").numPartitions()).isEqualTo(3);
        assertThat(server.broker.topics().find("imagined")).isEmpty();
    }

    @Test
    void eachTopicOfADeletionSucceedsOrFailsByItself() {
        server.create("goes", 1);
        var request = new DeleteTopicsRequestData().setTimeoutMs(10_000).setTopicNames(List.of("never-was", "goes"));

        var answer = client.ask(KafkaApi.DELETE_TOPICS, 5, request, DeleteTopicsResponseData.class);

        assertThat(answer.responses())
                .extracting(DeletableTopicResult::name, result -> (int) result.errorCode())
                .containsExactlyInAnyOrder(
                        pair("never-was", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION), pair("goes", ErrorCode.NONE));
        assertThat(server.broker.topics().find("goes")).isEmpty();
    }

    private static org.assertj.core.groups.Tuple pair(String name, ErrorCode error) {
        return org.assertj.core.api.Assertions.tuple(name, (int) error.kafkaCode());
    }

    private static CreatableTopic wanted(String name, int partitionCount) {
        return new CreatableTopic()
                .setName(name)
                .setNumPartitions(partitionCount)
                .setReplicationFactor((short) 1);
    }

    private static CreatableTopicConfigCollection config(String name, String value) {
        var configs = new CreatableTopicConfigCollection();
        configs.add(new CreatableTopicConfig().setName(name).setValue(value));
        return configs;
    }

    /** The body is a count of elements that the frame does not have, where every request begins with an array or string. */
    @ParameterizedTest
    @EnumSource(
            value = KafkaApi.class,
            names = {"INIT_PRODUCER_ID", "HEARTBEAT", "API_VERSIONS"},
            mode = EnumSource.Mode.EXCLUDE)
    void aCountThatDoesNotFitItsFrameTakesNoMemoryAndHangsUp(KafkaApi api) {
        long before = allocatedBytes();
        for (int i = 0; i < 8; i++) {
            try (WireClient liar = server.client()) {
                liar.write(liar(api, api.versionMin(), i));
                assertThat(liar.isHungUp()).isTrue();
            }
            try (WireClient liar = server.client()) {
                liar.write(liar(api, api.versionMax(), i));
                assertThat(liar.isHungUp()).isTrue();
            }
        }
        assertThat(allocatedBytes() - before).isLessThan(256 << 20);
        assertThat(metadata("auto-" + api.key(), true).errorCode()).isZero();
    }

    private static byte[] liar(KafkaApi api, short version, int leadingBytes) {
        var header = new RequestHeaderData()
                .setRequestApiKey(api.key())
                .setRequestApiVersion(version)
                .setClientId("liar");
        ByteBuffer head = MessageUtil.toByteBufferAccessor(
                        header, ApiMessageType.fromApiKey(api.key()).requestHeaderVersion(version))
                .buffer();
        int bodyBytes = leadingBytes + 40;
        ByteBuffer frame = ByteBuffer.allocate(4 + head.remaining() + bodyBytes);
        frame.putInt(head.remaining() + bodyBytes).put(head);
        frame.position(frame.position() + leadingBytes);
        for (int i = 0; i < 10; i++) {
            frame.putInt(Integer.MAX_VALUE);
        }
        return frame.array();
    }

    /** Of all threads since the process began: an array of 2^31−1 would show, or fail. */
    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        return threads.getTotalThreadAllocatedBytes();
    }

    private static void append(Samples samples, ByteBuffer batch) {
        var data = new PartitionProduceData().setIndex(0).setRecords(Batches.records(batch));
        client.ask(KafkaApi.PRODUCE, 12, samples.produce(12, data), ProduceResponseData.class);
    }
}
