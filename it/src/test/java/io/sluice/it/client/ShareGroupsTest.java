package io.sluice.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Share groups of real share consumers (KIP-932). */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ShareGroupsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final BrokerProcess broker;
    private final Properties reads = new Properties();
    private final List<VersionedMember> members = new ArrayList<>();
    private String name = "";

    ShareGroupsTest(@TempDir Path folder) {
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(),
                folder.resolve("data"),
                Map.of("group.share.min.record.lock.duration.ms", "1000"));
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    @AfterEach
    void endMembers() {
        members.forEach(VersionedMember::close);
        members.clear();
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void moreMembersThanPartitionsGetEveryRecordOnce(ClientVersion version) throws Exception {
        begin("implicit", 2, Map.of());
        join(version, false);
        join(version, false);
        join(version, false);
        await().ignoreExceptions()
                .atMost(LIMIT)
                .until(() -> describe().members().size() == 3);
        produce(IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
        await().atMost(LIMIT).untilAsserted(() -> assertThat(reads).hasSize(1_000));
        assertThat(reads.values()).containsOnly("1");
        awaitAllDone();
        assertThat(describe().groupState()).isEqualTo(GroupState.STABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void eachRecordFaresAsItsMemberSays(ClientVersion version) throws Exception {
        begin("explicit", 1, Map.of());
        join(version, true);
        produce(List.of("accept", "reject", "release", "release-always", "renew", "accept"));
        awaitAllDone();
        assertThat(reads)
                .containsEntry(name + "-0:0", "1")
                .containsEntry(name + "-0:1", "1")
                .containsEntry(name + "-0:2", "1,2")
                .containsEntry(name + "-0:3", "1,2,3,4,5")
                .containsEntry(name + "-0:4", "1,1,1,1,1,1")
                .containsEntry(name + "-0:5", "1");
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void whatAMemberHoldsTooLongAnotherGets(ClientVersion version) throws Exception {
        begin("held", 1, Map.of("share.record.lock.duration.ms", "1000"));
        join(version, true);
        produce(List.of("hold"));
        assertThat(awaitCounts(1).getFirst()).isEqualTo(1);
        join(version, true);
        // Its client may have asked on while the first held the record, and the lock have ended again before anybody
        // read it.
        assertThat(awaitCounts(2).getLast()).isGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void whatIsAcceptedStaysSoAfterKill9(ClientVersion version) throws Exception {
        begin("killed", 1, Map.of());
        VersionedMember before = join(version, true);
        produce(IntStream.range(0, 100).mapToObj(i -> "accept").toList());
        awaitAllDone();
        before.close();
        members.clear();
        broker.kill9();
        broker.restart();
        produce(IntStream.range(0, 50).mapToObj(i -> "accept").toList());
        join(version, true);
        awaitAllDone();
        assertThat(reads).hasSize(150);
        assertThat(reads.values()).containsOnly("1");
    }

    /** Another topic and group for each test; the group begins at the first record. */
    private void begin(String what, int partitions, Map<String, String> configs)
            throws ExecutionException, InterruptedException {
        name = what + "-" + NUMBER.incrementAndGet();
        reads.clear();
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, name);
        List<AlterConfigOp> changes = new ArrayList<>();
        changes.add(
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET));
        configs.forEach(
                (key, value) -> changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
            admin.incrementalAlterConfigs(Map.of(group, changes)).all().get();
        }
    }

    private VersionedMember join(ClientVersion version, boolean isExplicit) {
        VersionedMember member = new VersionedMember(
                version,
                Map.of("group.id", name, "share.acknowledgement.mode", isExplicit ? "explicit" : "implicit"),
                Map.of("scenario", "sharer", "address", broker.kafkaAddress(), "topics", name, "explicit", isExplicit),
                reads);
        members.add(member);
        return member;
    }

    private void produce(List<String> values) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.kafkaAddress()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            values.forEach(value -> producer.send(new ProducerRecord<>(name, value.getBytes(StandardCharsets.UTF_8))));
        }
    }

    /** With which delivery counts the first record has been read, once it was so often. */
    private List<Integer> awaitCounts(int times) {
        return await().atMost(LIMIT)
                .failFast("a member failed", this::requireNoFailure)
                .until(
                        () -> Arrays.stream(reads.getProperty(name + "-0:0", "").split(","))
                                .filter(count -> !count.isEmpty())
                                .map(Integer::valueOf)
                                .toList(),
                        counts -> counts.size() == times);
    }

    /** The group is done with every record; if not, the failure says what its members did. */
    private void awaitAllDone() {
        await().ignoreExceptionsInstanceOf(ExecutionException.class)
                .atMost(LIMIT)
                .failFast("a member failed", this::requireNoFailure)
                .untilAsserted(() -> assertThat(lag())
                        .as("records left of %s, reads %s", name, new TreeMap<>(reads))
                        .isZero());
    }

    private void requireNoFailure() {
        assertThat(members).allSatisfy(member -> assertThat(member.failure()).isEmpty());
    }

    private ShareGroupDescription describe() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.describeShareGroups(List.of(name)).all().get().get(name);
        }
    }

    /** Records of the topic that the group is not done with. */
    private long lag() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            Map<TopicPartition, SharePartitionOffsetInfo> offsets = admin.listShareGroupOffsets(
                            Map.of(name, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(name)
                    .get();
            assertThat(offsets).isNotEmpty();
            long lag = 0;
            for (SharePartitionOffsetInfo offset : offsets.values()) {
                lag += offset.lag().orElse(-1L);
            }
            return lag;
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.kafkaAddress()));
    }
}
