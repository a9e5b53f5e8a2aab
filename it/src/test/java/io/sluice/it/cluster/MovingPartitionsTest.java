package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.ProduceHistory;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.TestPayload;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Partitions move from shard to shard of three processes while a producer and a consumer group go on, and a leader is killed in
 * the middle: what was acknowledged is there, once, in order, at its offset, and the group misses nothing.
 */
@Timeout(300)
final class MovingPartitionsTest {
    private static final String TOPIC = "moved";
    private static final int PARTITIONS = 3;
    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ProduceHistory produced = new ProduceHistory();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
    private int sent;

    @TempDir
    private Path folder;

    private static List<TopicPartition> partitions() {
        return TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
    }

    /** A little at a time, so that moves meet appends and not a full machine. */
    private void produceUntilOver(String addresses) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(PatientProducer.settings(addresses))) {
            while (!isOver.get()) {
                for (int end = sent + 20; sent < end; sent++) {
                    send(producer, new TopicPartition(TOPIC, sent % PARTITIONS), TestPayload.identity(0, sent));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, TopicPartition target, long identity) {
        produced.sent(target, identity);
        producer.send(
                new ProducerRecord<>(TOPIC, target.partition(), null, TestPayload.valueOf(identity)),
                (metadata, failure) -> {
                    if (failure == null) {
                        produced.acknowledged(target, metadata.offset(), identity);
                    } else {
                        failures.add(target + ": " + failure);
                    }
                });
    }

    private static Map<String, Object> consuming(String addresses) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                addresses,
                ConsumerConfig.GROUP_ID_CONFIG,
                "followers",
                // An offset that is out of range, or forgotten, is a failure.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false",
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class);
    }

    private void consumeUntilOver(String addresses) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consuming(addresses))) {
            consumer.subscribe(List.of(TOPIC));
            while (!isOver.get()) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    TopicPartition from = new TopicPartition(record.topic(), record.partition());
                    long expected = positions.getOrDefault(from, 0L);
                    if (record.offset() > expected) {
                        failures.add(from + " went from " + expected + " to " + record.offset());
                    }
                    positions.put(from, Math.max(expected, record.offset() + 1));
                });
                consumer.commitAsync();
            }
            consumer.commitSync(PATIENCE);
        } catch (RuntimeException failure) {
            failures.add("the group: " + failure);
        }
    }

    private void beginGroup(String addresses) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consuming(addresses))) {
            consumer.assign(partitions());
            Map<TopicPartition, OffsetAndMetadata> beginning = new LinkedHashMap<>();
            partitions().forEach(partition -> beginning.put(partition, new OffsetAndMetadata(0)));
            consumer.commitSync(beginning, PATIENCE);
        }
    }

    @Test
    void nothingIsLostDoubledOrSkippedWhilePartitionsMove() throws InterruptedException {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS);
            Moves moves = new Moves(cluster);
            List<Integer> shards = moves.shards();
            assertThat(shards).hasSizeGreaterThan(1);
            beginGroup(cluster.addresses());
            Thread producer = Thread.ofPlatform().start(() -> produceUntilOver(cluster.addresses()));
            Thread group = Thread.ofPlatform().start(() -> consumeUntilOver(cluster.addresses()));
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < shards.size(); i++) {
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        moves.move(1, TOPIC, partition, shards.get((i + partition) % shards.size()));
                    }
                }
                moveWhileLeaderDies(moves, shards.get(round % shards.size()));
            }
            long enough = produced.acknowledgedCount() + 500;
            await().atMost(PATIENCE).until(() -> produced.acknowledgedCount() >= enough);
            isOver.set(true);
            producer.join();
            group.join();
            assertThat(failures).isEmpty();
            assertEverythingIsThere(cluster);
        }
    }

    /** The leader of the partition is killed as soon as it is on its way. */
    private void moveWhileLeaderDies(Moves moves, int shard) {
        ClusterProcesses cluster = moves.cluster();
        int killed = cluster.leader(TOPIC, 0).orElseThrow();
        int asked = killed == 1 ? 2 : 1;
        List<String> unused = moves.command(asked, Moves.moving(TOPIC, 0, shard, 0));
        BrokerProcess leader = cluster.node(killed);
        leader.kill9();
        moves.move(asked, TOPIC, 0, shard);
        leader.restart();
        cluster.nodes().forEach(BrokerProcess::awaitReady);
    }

    private void assertEverythingIsThere(ClusterProcesses cluster) {
        ReadHistory read = TopicReader.readAll(cluster.addresses(), partitions(), PATIENCE);
        assertThat(HistoryChecker.check(produced, read, new ReadHistory()).examples())
                .isEmpty();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consuming(cluster.addresses()))) {
            consumer.assign(partitions());
            partitions()
                    .forEach(partition -> assertThat(consumer.committed(Set.copyOf(partitions()))
                                    .get(partition)
                                    .offset())
                            .isEqualTo(positions.get(partition)));
        }
    }

    @Test
    void whatCannotMoveIsRefused() {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS);
            cluster.createTopics(List.of("letters"), PARTITIONS, Map.of("errors.deadletterqueue.group.enable", "true"));
            Moves moves = new Moves(cluster);
            int shard = moves.shards().getLast();

            // Its partitions lie in more than one shard, so one of them is elsewhere.
            assertThatThrownBy(() -> {
                        for (int partition = 0; partition < PARTITIONS; partition++) {
                            List<String> unused = moves.command(1, Moves.moving("letters", partition, shard, 0));
                        }
                    })
                    .hasMessageContaining("its topic takes dead letters");
            assertThatThrownBy(() -> moves.command(1, Moves.moving(TOPIC, PARTITIONS, shard, 0)))
                    .hasMessageContaining("there is no partition " + TOPIC + "-" + PARTITIONS);
            assertThatThrownBy(() -> moves.command(1, Moves.moving(TOPIC, 0, 99, 0)))
                    .hasMessageContaining("no such shard as 99");
            assertThatThrownBy(() -> moves.command(1, Map.of("do", "take-back", "topic", TOPIC, "partition", "0")))
                    .hasMessageContaining("does not move");
        }
    }
}
