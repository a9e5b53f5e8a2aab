package io.sluice.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups of real consumers that speak the consumer protocol (KIP-848), or change to it and back while they run. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsumerProtocolTest {
    private static final int PARTITIONS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final BrokerProcess broker;
    private final Properties reads = new Properties();
    private final List<VersionedMember> members = new ArrayList<>();
    private String name = "";
    private int produced;

    ConsumerProtocolTest(@TempDir Path folder) {
        broker = BrokerProcess.start(
                BrokerCommand.ofBuild(), folder.resolve("data"), Map.of("group.initial.rebalance.delay.ms", "0"));
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    @AfterEach
    void endMembers() {
        members.forEach(VersionedMember::close);
        members.clear();
        produced = 0;
    }

    @ParameterizedTest
    @CsvSource({"V4_4_0, uniform", "V4_4_0, range", "V4_3_1, uniform", "V4_3_1, range"})
    void membersShareWhatThereIs(ClientVersion version, String assignor) {
        begin(assignor);
        Map<String, Object> settings = modern(Map.of("group.remote.assignor", assignor));
        VersionedMember first = join(version, settings);
        VersionedMember second = join(version, settings);
        awaitShares(first, second);
        awaitRead(40);
        VersionedMember third = join(version, settings);
        await().atMost(LIMIT).until(() -> !third.assignment().isEmpty());
        end(second);
        awaitShares(first, third);
        awaitRead(40);
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void aPatternFindsTopicsThatComeLater(ClientVersion version) {
        begin("matched");
        String others = name + "-not";
        VersionedMember member = new VersionedMember(
                version,
                modern(Map.of()),
                Map.of("address", broker.kafkaAddress(), "pattern", name + "|" + name + "-(too|also)"),
                reads);
        members.add(member);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(member.assignment()).hasSize(PARTITIONS));
        createTopic(others);
        createTopic(name + "-too");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(member.assignment())
                        .hasSize(2 * PARTITIONS)
                        .contains(name + "-too-0")
                        .doesNotContain(others + "-0"));
    }

    @ParameterizedTest
    @EnumSource(names = {"V4_4_0", "V4_3_1"})
    void aStaticMemberComesBackToItsPartitionsAndNobodyElseNotices(ClientVersion version) {
        begin("static");
        VersionedMember first = join(version, modern(Map.of("group.instance.id", "one")));
        VersionedMember second = join(version, modern(Map.of("group.instance.id", "two")));
        awaitShares(first, second);
        Set<String> before = first.assignment();
        int changes = second.changes();
        end(first);
        VersionedMember again = join(version, modern(Map.of("group.instance.id", "one")));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(again.assignment()).isEqualTo(before));
        assertThat(second.changes()).isEqualTo(changes);
        awaitRead(40);
    }

    /** One member after the other is restarted with the other protocol, and then back. */
    @ParameterizedTest
    @CsvSource({"V2_8_2, V4_4_0, false", "V4_3_1, V4_3_1, false", "V4_4_0, V4_4_0, true"})
    void aGroupChangesItsProtocolMemberByMember(ClientVersion old, ClientVersion young, boolean isStatic)
            throws ExecutionException, InterruptedException {
        begin("migrated");
        VersionedMember first = join(old, classic(isStatic, "one"));
        VersionedMember second = join(old, classic(isStatic, "two"));
        awaitShares(first, second);
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        awaitRead(20);

        end(first);
        first = join(young, modern(isStatic, "one"));
        awaitShares(first, second);
        assertThat(type()).isEqualTo(GroupType.CONSUMER);
        awaitRead(20);
        end(second);
        second = join(young, modern(isStatic, "two"));
        awaitShares(first, second);
        awaitRead(20);

        end(first);
        first = join(old, classic(isStatic, "one"));
        awaitShares(first, second);
        assertThat(type()).isEqualTo(GroupType.CONSUMER);
        awaitRead(20);
        end(second);
        second = join(old, classic(isStatic, "two"));
        awaitShares(first, second);
        assertThat(type()).isEqualTo(GroupType.CLASSIC);
        awaitRead(20);
    }

    /** Another topic and group for each test. */
    private void begin(String what) {
        name = what + "-" + NUMBER.incrementAndGet();
        createTopic(name);
    }

    private VersionedMember join(ClientVersion version, Map<String, Object> settings) {
        VersionedMember member =
                new VersionedMember(version, settings, Map.of("address", broker.kafkaAddress(), "topics", name), reads);
        members.add(member);
        return member;
    }

    private void end(VersionedMember member) {
        member.close();
        members.remove(member);
        assertThat(member.failure()).isEmpty();
    }

    private Map<String, Object> modern(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("group.id", name);
        settings.put("group.protocol", "consumer");
        return settings;
    }

    private Map<String, Object> modern(boolean isStatic, String instance) {
        return modern(isStatic ? Map.of("group.instance.id", instance) : Map.of());
    }

    private Map<String, Object> classic(boolean isStatic, String instance) {
        Map<String, Object> settings = new HashMap<>(isStatic ? Map.of("group.instance.id", instance) : Map.of());
        settings.put("group.id", name);
        settings.put("session.timeout.ms", 10_000);
        settings.put("heartbeat.interval.ms", 500);
        return settings;
    }

    /** Every partition has one owner, and all have as many. */
    private void awaitShares(VersionedMember... sharing) {
        await().atMost(LIMIT).untilAsserted(() -> {
            List<String> owned = Stream.of(sharing)
                    .flatMap(member -> member.assignment().stream())
                    .toList();
            assertThat(owned).hasSize(PARTITIONS).doesNotHaveDuplicates();
            assertThat(sharing)
                    .allSatisfy(member -> assertThat(member.assignment()).hasSize(PARTITIONS / sharing.length));
        });
        members.forEach(member -> assertThat(member.failure()).isEmpty());
    }

    /** So many more records are produced, and all there ever were have been read. */
    private void awaitRead(int count) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.kafkaAddress()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(name, i % PARTITIONS, null, value));
            }
        }
        produced += count;
        Set<String> expected = new TreeSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int offset = 0; offset < produced / PARTITIONS; offset++) {
                expected.add(name + "-" + partition + ":" + offset);
            }
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(reads.stringPropertyNames()).containsAll(expected));
    }

    private GroupType type() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.listGroups().all().get().stream()
                    .filter(group -> group.groupId().equals(name))
                    .findFirst()
                    .flatMap(GroupListing::type)
                    .orElse(GroupType.UNKNOWN);
        }
    }

    private void createTopic(String topic) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.kafkaAddress()));
    }
}
