package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of the client library's consumers over the real broker; each consumer is polled by the test's one thread. */
final class GroupClientsTest {
    private static final int PARTITION_COUNT = 6;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private static final Map<String, Object> CONSUMER = Map.of(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");

    @TempDir
    Path folder;

    private BrokerServer server;
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();

    @BeforeEach
    void start() {
        server = new BrokerServer(folder);
        server.create("t", PARTITION_COUNT);
    }

    @AfterEach
    void stop() {
        consumers.forEach(KafkaConsumer::close);
        server.close();
    }

    @Test
    void threeMembersShareAllPartitionsAndTakeOverFromOneThatLeaves() {
        for (int i = 0; i < 3; i++) {
            join(Map.of());
        }
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 2));
        assertThat(assigned()).hasSize(PARTITION_COUNT);

        consumers.removeLast().close();

        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 3));
        assertThat(assigned()).hasSize(PARTITION_COUNT);
    }

    @Test
    void aStaticMemberFindsItsPartitionsAgainWithoutARebalance() {
        join(Map.of(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "one"));
        join(Map.of(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "two"));
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 3));
        Set<TopicPartition> before = consumers.getLast().assignment();
        int generation = consumers.getFirst().groupMetadata().generationId();

        consumers.removeLast().close();
        join(Map.of(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "two"));
        pollUntil(() -> consumers.getLast().assignment().size() == 3);

        assertThat(consumers.getLast().assignment()).isEqualTo(before);
        assertThat(consumers.getFirst().groupMetadata().generationId()).isEqualTo(generation);
    }

    @Test
    void committedPositionsAndTheirTextsComeBackToTheNextMember() {
        TopicPartition partition = new TopicPartition("t", 4);
        join(Map.of());
        pollUntil(() -> assigned().size() == PARTITION_COUNT);
        consumers.getFirst().commitSync(Map.of(partition, new OffsetAndMetadata(17, "half way")));
        consumers.removeFirst().close();

        join(Map.of());

        OffsetAndMetadata found =
                consumers.getFirst().committed(Set.of(partition)).get(partition);
        assertThat(found.offset()).isEqualTo(17);
        assertThat(found.metadata()).isEqualTo("half way");
    }

    @Test
    void membersOfTheConsumerProtocolShareAllPartitionsAndTakeOverFromOneThatLeaves() {
        for (int i = 0; i < 3; i++) {
            join(CONSUMER);
        }
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 2));
        assertThat(assigned()).hasSize(PARTITION_COUNT);

        consumers.removeLast().close();

        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 3));
        assertThat(assigned()).hasSize(PARTITION_COUNT);
    }

    @Test
    void aPatternFindsTopicsThatAreCreatedLater() {
        KafkaConsumer<byte[], byte[]> consumer = consumer(CONSUMER);
        consumer.subscribe(new SubscriptionPattern("t|later-.*"));
        pollUntil(() -> assigned().size() == PARTITION_COUNT);

        server.create("later-1", 2);

        pollUntil(() -> assigned().size() == PARTITION_COUNT + 2);
        assertThatThrownBy(() -> {
                    KafkaConsumer<byte[], byte[]> hopeless = consumer(CONSUMER);
                    hopeless.subscribe(new SubscriptionPattern("("));
                    pollUntil(() -> !hopeless.assignment().isEmpty());
                })
                .isInstanceOf(InvalidRegularExpression.class);
    }

    @Test
    void aGroupMovesToTheConsumerProtocolAndBackWhileItRuns() {
        join(Map.of());
        join(Map.of());
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 3));

        join(CONSUMER);
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 2));
        assertThat(assigned()).hasSize(PARTITION_COUNT);

        consumers.removeLast().close();
        pollUntil(() -> consumers.stream().allMatch(one -> one.assignment().size() == 3));
        assertThat(assigned()).hasSize(PARTITION_COUNT);
    }

    @Test
    void aStaticMemberOfTheConsumerProtocolFindsItsPartitionsAgain() {
        Map<String, Object> one = new HashMap<>(CONSUMER);
        one.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "one");
        join(one);
        join(CONSUMER);
        pollUntil(() -> consumers.stream().allMatch(each -> each.assignment().size() == 3));
        Set<TopicPartition> before = consumers.getFirst().assignment();

        consumers.removeFirst().close();
        consumers.addLast(consumer(one));
        consumers.getLast().subscribe(List.of("t"));
        pollUntil(() -> consumers.getLast().assignment().size() == 3);

        assertThat(consumers.getLast().assignment()).isEqualTo(before);
    }

    private void join(Map<String, Object> more) {
        consumer(more).subscribe(List.of("t"));
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                server.bootstrap(),
                ConsumerConfig.GROUP_ID_CONFIG,
                "g",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class));
        config.putAll(more);
        if (!more.containsKey(ConsumerConfig.GROUP_PROTOCOL_CONFIG)) {
            config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 100);
        }
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config);
        consumers.add(consumer);
        return consumer;
    }

    private Set<TopicPartition> assigned() {
        Set<TopicPartition> all = new HashSet<>();
        consumers.forEach(consumer -> all.addAll(consumer.assignment()));
        return all;
    }

    private void pollUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            consumers.forEach(consumer -> consumer.poll(Duration.ofMillis(20)));
        }
    }
}
