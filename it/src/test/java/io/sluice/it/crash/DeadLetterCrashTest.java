package io.sluice.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A share consumer accepts the even records and rejects the odd ones while its broker is killed again and again: each odd
 * record has one dead letter in the end, no even one has any, and what was confirmed never comes again.
 */
@Timeout(200)
final class DeadLetterCrashTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOPIC = "orders";
    private static final int RECORDS = 2_000;
    private static final int KILLS = 2;

    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    private final List<Integer> cameAgain = new ArrayList<>();
    private volatile boolean isDone;

    @Test
    void eachRejectedRecordHasOneDeadLetterHoweverOftenTheBrokerIsKilled(@TempDir Path folder) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), Map.of())) {
            prepare(broker.kafkaAddress());
            Thread member = Thread.ofPlatform().start(() -> consume(broker.kafkaAddress()));
            for (int kill = 1; kill <= KILLS; kill++) {
                int wanted = kill * RECORDS / (KILLS + 2);
                await().pollInterval(Duration.ofMillis(1)).atMost(LIMIT).until(() -> confirmed.size() >= wanted);
                broker.kill9();
                broker.restart();
            }
            // Not until all are confirmed: what a killed broker could not say any more may be done all the same.
            await().ignoreExceptions().atMost(LIMIT).until(() -> lag(broker.kafkaAddress()) == 0);
            isDone = true;
            member.join();
            List<Integer> odd =
                    IntStream.range(0, RECORDS).filter(i -> i % 2 == 1).boxed().toList();
            assertThat(deadLetters(broker.kafkaAddress(), odd.size())).containsExactlyInAnyOrderElementsOf(odd);
            assertThat(cameAgain).isEmpty();
        }
    }

    private static void prepare(String address) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            NewTopic topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("sluice.delivery.dead.letters", "on"));
            admin.createTopics(List.of(topic)).all().get();
            ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
            List<AlterConfigOp> changes =
                    List.of(set("share.auto.offset.reset", "earliest"), set("share.delivery.count.limit", "10"));
            admin.incrementalAlterConfigs(Map.of(group, changes)).all().get();
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "batch.size", "2000"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static long lag(String address) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            Map<TopicPartition, SharePartitionOffsetInfo> offsets = admin.listShareGroupOffsets(
                            Map.of("workers", new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo("workers")
                    .get();
            assertThat(offsets).isNotEmpty();
            return offsets.values().stream()
                    .mapToLong(info -> info.lag().orElse((long) RECORDS))
                    .sum();
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private void consume(String address) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", address,
                "group.id", "workers",
                "share.acknowledgement.mode", "explicit",
                "max.poll.records", "50");
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (!isDone) {
                Set<Integer> round = new HashSet<>();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    int number = number(record);
                    if (confirmed.contains(number)) {
                        cameAgain.add(number);
                    }
                    consumer.acknowledge(record, number % 2 == 1 ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT);
                    round.add(number);
                }
                boolean isConfirmed = consumer.commitSync().values().stream().allMatch(Optional::isEmpty);
                if (isConfirmed) {
                    confirmed.addAll(round);
                }
            }
        }
    }

    private static int number(ConsumerRecord<byte[], byte[]> record) {
        return Integer.parseInt(new String(record.value(), StandardCharsets.UTF_8));
    }

    private static List<Integer> deadLetters(String address, int wanted) {
        TopicPartition dead = new TopicPartition(TOPIC + ".dead", 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(dead));
            consumer.seekToBeginning(List.of(dead));
            List<Integer> letters = new ArrayList<>();
            await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> letters.add(number(record)));
                return letters.size() >= wanted && consumer.position(dead) == end(consumer, dead);
            });
            return letters;
        }
    }

    private static long end(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
}
