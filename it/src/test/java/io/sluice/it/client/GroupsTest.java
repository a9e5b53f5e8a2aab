package io.sluice.it.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GroupsTest {
    private static final int PARTITIONS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final BrokerProcess broker;
    private final ConcurrentMap<String, Integer> reads = new ConcurrentHashMap<>();

    GroupsTest(@TempDir Path folder) {
        broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of());
    }

    @AfterAll
    void endBroker() {
        broker.close();
    }

    @Test
    void partitionsMoveWhenMembersJoinLeaveAndDie() throws ExecutionException, InterruptedException {
        createTopic("moving");
        try (GroupMember first = join("moving");
                GroupMember second = join("moving")) {
            awaitShares(first, second);
            produce("moving", 0, 300);
            try (GroupMember third = join("moving")) {
                awaitShares(first, second, third);
                produce("moving", 300, 600);
                third.leave();
            }
            awaitShares(first, second);
            second.die();
            awaitShares(first);
            produce("moving", 600, 900);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(reads).hasSize(900));
        }
    }

    @Test
    void aGroupSurvivesTheBrokersDeath() throws ExecutionException, InterruptedException {
        createTopic("surviving");
        ConcurrentMap<String, Integer> before = new ConcurrentHashMap<>();
        try (GroupMember member = new GroupMember(broker.kafkaAddress(), "survivors", "surviving", before)) {
            produce("surviving", 0, 100);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(before).hasSize(100));
            member.leave();
        }
        broker.kill9();
        broker.restart();
        ConcurrentMap<String, Integer> after = new ConcurrentHashMap<>();
        try (GroupMember member = new GroupMember(broker.kafkaAddress(), "survivors", "surviving", after)) {
            produce("surviving", 100, 200);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(after).hasSize(100));
            assertThat(after.keySet()).doesNotContainAnyElementsOf(before.keySet());
            assertThat(member.failure()).isEmpty();
        }
    }

    private GroupMember join(String topic) {
        return new GroupMember(broker.kafkaAddress(), topic + "-group", topic, reads);
    }

    // Every partition has exactly one owner and nobody is left without.
    private static void awaitShares(GroupMember... members) {
        await().atMost(LIMIT).untilAsserted(() -> {
            List<TopicPartition> owned = Stream.of(members)
                    .flatMap(member -> member.assignment().stream())
                    .toList();
            assertThat(owned).hasSize(PARTITIONS).doesNotHaveDuplicates();
            assertThat(members)
                    .allSatisfy(member -> assertThat(member.assignment()).hasSize(PARTITIONS / members.length));
        });
        Set<String> failures = Stream.of(members)
                .flatMap(member -> member.failure().stream())
                .map(Throwable::toString)
                .collect(Collectors.toSet());
        assertThat(failures).isEmpty();
    }

    private void createTopic(String name) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private void produce(String topic, int from, int to) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.kafkaAddress(),
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class))) {
            for (int i = from; i < to; i++) {
                byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, value));
            }
        }
    }
}
