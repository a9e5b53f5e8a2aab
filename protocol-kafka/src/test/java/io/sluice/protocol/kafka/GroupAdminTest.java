package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client library's Admin sees of groups and does to them, over the real broker. */
final class GroupAdminTest {
    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition OTHER = new TopicPartition("other", 0);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private BrokerServer server;
    private Admin admin;

    @BeforeEach
    void start() {
        server = new BrokerServer(folder);
        server.create("t", 4);
        server.create("other", 1);
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrap()));
    }

    @AfterEach
    void stop() {
        admin.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupIsShownWithItsMembersAndTheirPartitions(String protocol) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = joined(protocol)) {
            ConsumerGroupDescription group = describe();
            assertThat(group.type()).isEqualTo(GroupType.parse(protocol));
            assertThat(group.groupState()).isEqualTo(GroupState.STABLE);
            MemberDescription member = group.members().iterator().next();
            assertThat(member.assignment().topicPartitions()).hasSize(4);
            assertThat(member.host()).isEqualTo("/127.0.0.1");
            if (protocol.equals("consumer")) {
                assertThat(member.targetAssignment())
                        .hasValueSatisfying(
                                target -> assertThat(target.topicPartitions()).hasSize(4));
                assertThat(group.groupEpoch()).isEqualTo(group.targetAssignmentEpoch());
                assertThat(member.upgraded()).contains(true);
            }
            assertThat(list(new ListGroupsOptions().withTypes(Set.of(GroupType.parse(protocol)))))
                    .singleElement()
                    .satisfies(each -> assertThat(each.groupState()).contains(GroupState.STABLE));
            assertThat(list(new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))))
                    .isEmpty();
            assertThat(consumer.assignment()).hasSize(4);
        }
        assertThat(describe().groupState()).isEqualTo(GroupState.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void onlyOffsetsThatNobodyReadsAreDeleted(String protocol) throws Exception {
        admin.alterConsumerGroupOffsets("g", Map.of(FIRST, new OffsetAndMetadata(3), OTHER, new OffsetAndMetadata(4)))
                .all()
                .get();
        try (KafkaConsumer<byte[], byte[]> consumer = joined(protocol)) {
            var deleted = admin.deleteConsumerGroupOffsets("g", Set.of(FIRST, OTHER));
            deleted.partitionResult(OTHER).get();
            assertThatThrownBy(() -> deleted.partitionResult(FIRST).get())
                    .hasCauseInstanceOf(GroupSubscribedToTopicException.class);
            assertThat(consumer.committed(Set.of(FIRST)).get(FIRST).offset()).isEqualTo(3);
        }
        assertThat(offsets()).containsOnlyKeys(FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void onlyAnEmptyGroupIsDeleted(String protocol) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = joined(protocol)) {
            assertThat(consumer.assignment()).hasSize(4);
            assertThatThrownBy(
                            () -> admin.deleteConsumerGroups(List.of("g")).all().get())
                    .hasCauseInstanceOf(GroupNotEmptyException.class);
        }
        admin.deleteConsumerGroups(List.of("g")).all().get();
        assertThat(list(new ListGroupsOptions())).isEmpty();
        assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of("g")).all().get())
                .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void aMemberThatDiesLosesItsPartitionsToTheOthers() throws Exception {
        server.close();
        server = new BrokerServer(
                folder.resolve("quick"),
                broker -> broker.with("group.consumer.session.timeout.ms", "3000"),
                door -> door);
        server.create("t", 4);
        try (KafkaConsumer<byte[], byte[]> survivor = consumer("consumer")) {
            KafkaConsumer<byte[], byte[]> victim = consumer("consumer");
            pollUntil(
                    () -> survivor.assignment().size() == 2
                            && victim.assignment().size() == 2,
                    survivor,
                    victim);
            victim.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            pollUntil(() -> survivor.assignment().size() == 4, survivor);
        }
    }

    private ConsumerGroupDescription describe() throws ExecutionException, InterruptedException {
        return admin.describeConsumerGroups(List.of("g"))
                .describedGroups()
                .get("g")
                .get();
    }

    private List<GroupListing> list(ListGroupsOptions options) throws ExecutionException, InterruptedException {
        return List.copyOf(admin.listGroups(options).all().get());
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() throws ExecutionException, InterruptedException {
        return admin.listConsumerGroupOffsets("g")
                .partitionsToOffsetAndMetadata()
                .get();
    }

    private KafkaConsumer<byte[], byte[]> joined(String protocol) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(protocol);
        pollUntil(() -> consumer.assignment().size() == 4, consumer);
        return consumer;
    }

    private KafkaConsumer<byte[], byte[]> consumer(String protocol) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrap());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "g");
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config);
        consumer.subscribe(List.of("t"));
        return consumer;
    }

    @SafeVarargs
    private static void pollUntil(BooleanSupplier condition, KafkaConsumer<byte[], byte[]>... consumers) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            for (KafkaConsumer<byte[], byte[]> consumer : consumers) {
                consumer.poll(Duration.ofMillis(20));
            }
        }
    }
}
