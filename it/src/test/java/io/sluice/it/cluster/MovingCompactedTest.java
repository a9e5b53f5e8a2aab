package io.sluice.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Partitions of a compacted topic move through all shards of three processes while an idempotent producer writes and compaction
 * runs, and a leader is killed in the middle: the last value of each key is there, what was deleted is not, ends and offsets are
 * what the producer was told.
 */
@Timeout(300)
final class MovingCompactedTest {
    private static final String TOPIC = "latest";
    private static final int PARTITIONS = 2;
    private static final int KEYS = 40;
    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MOVE_PACE = "sluice.move.bytes.per.second";
    private static final String SLOW = Integer.toString(32 << 10);
    private static final String FAST = Integer.toString(16 << 20);

    /** As much compaction as there can be; tombstones go with the second pass over them. */
    private static final Map<String, String> CONFIGS = Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "1048576",
            "segment.ms", "500",
            "min.cleanable.dirty.ratio", "0.01",
            "delete.retention.ms", "0");

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Map<String, String>> newest = new HashMap<>();

    @TempDir
    private Path folder;

    private static List<TopicPartition> partitions() {
        return TopicReader.partitionsOf(List.of(TOPIC), PARTITIONS);
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void produceUntilOver(String addresses) {
        Random random = new Random(7);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(PatientProducer.settings(addresses))) {
            for (int count = 0; !isOver.get(); count++) {
                TopicPartition target = partitions().get(random.nextInt(PARTITIONS));
                // The first keys are written once and never again: they live where compaction leaves little else.
                int key = count < KEYS ? count : KEYS / 4 + random.nextInt(KEYS);
                send(producer, target, "key" + key, random.nextInt(6) == 0 ? null : count + "-" + "x".repeat(100));
                if (count % 20 == 0) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer, TopicPartition target, String key, @Nullable String value) {
        Map<String, String> values = newest.computeIfAbsent(target, first -> new HashMap<>());
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        producer.send(
                new ProducerRecord<>(TOPIC, target.partition(), bytes(key), bytes(value)), (metadata, failure) -> {
                    if (failure != null) {
                        failures.add(target + ": " + failure);
                        return;
                    }
                    long before = ends.getOrDefault(target, 0L);
                    if (metadata.offset() < before) {
                        failures.add(target + ": " + metadata.offset() + " was given behind " + before);
                    }
                    ends.put(target, metadata.offset() + 1);
                    acknowledged.incrementAndGet();
                });
    }

    /** It follows all the time: offsets may be passed over, and never come again. */
    private void followUntilOver(String addresses) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(TopicReader.settings(addresses))) {
            consumer.assign(partitions());
            consumer.seekToBeginning(partitions());
            while (!isOver.get()) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    TopicPartition from = new TopicPartition(record.topic(), record.partition());
                    long expected = positions.getOrDefault(from, 0L);
                    if (record.offset() < expected) {
                        failures.add(from + " went back from " + expected + " to " + record.offset());
                    }
                    positions.put(from, record.offset() + 1);
                });
            }
        } catch (RuntimeException failure) {
            failures.add("the reader: " + failure);
        }
    }

    private static void configure(String addresses, String name, String value)
            throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", addresses))) {
            ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(brokers, List.of(set))).all().get();
        }
    }

    @Test
    void theLastValueOfEachKeyIsThereWhileCompactedPartitionsMove() throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild("-Xmx256m"), folder, 3)) {
            cluster.createTopics(List.of(TOPIC), PARTITIONS, CONFIGS);
            configure(cluster.addresses(), "log.cleaner.backoff.ms", "100");
            Moves moves = new Moves(cluster);
            List<Integer> shards = moves.shards();
            assertThat(shards).hasSizeGreaterThan(1);
            Thread producer = Thread.ofPlatform().start(() -> produceUntilOver(cluster.addresses()));
            Thread reader = Thread.ofPlatform().start(() -> followUntilOver(cluster.addresses()));
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < shards.size(); i++) {
                    awaitMore(3_000);
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        moves.move(1, TOPIC, partition, shards.get((i + partition) % shards.size()));
                    }
                }
                moveWhileLeaderDies(moves, shards.get(round % shards.size()));
            }
            awaitMore(1_000);
            isOver.set(true);
            producer.join();
            reader.join();
            assertThat(failures).isEmpty();
            await().atMost(PATIENCE).until(() -> compacted(cluster));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(read(cluster.addresses())).isEqualTo(newest));
        }
    }

    private void awaitMore(int records) {
        int enough = acknowledged.get() + records;
        await().atMost(PATIENCE).until(() -> acknowledged.get() >= enough);
    }

    /** The leader of the old shard is killed when a part is copied, so that the rest would come from another one's log. */
    private static void moveWhileLeaderDies(Moves moves, int shard) throws Exception {
        ClusterProcesses cluster = moves.cluster();
        int killed = cluster.leader(TOPIC, 0).orElseThrow();
        int asked = killed == 1 ? 2 : 1;
        configure(cluster.addresses(), MOVE_PACE, SLOW);
        List<String> unused = moves.command(asked, Moves.moving(TOPIC, 0, shard, 0));
        await().atMost(PATIENCE).until(() -> isPartCopied(moves, asked));
        BrokerProcess leader = cluster.node(killed);
        leader.kill9();
        configure(cluster.node(asked).kafkaAddress(), MOVE_PACE, FAST);
        moves.move(asked, TOPIC, 0, shard);
        leader.restart();
        cluster.nodes().forEach(BrokerProcess::awaitReady);
    }

    private static boolean isPartCopied(Moves moves, int asked) {
        List<String> moving = moves.command(asked, Map.of("do", "status")).stream()
                .filter(line -> line.contains("partition " + TOPIC + "-0 goes"))
                .toList();
        return moving.isEmpty() || moving.getFirst().matches(".*copied up to offset [1-9].*|.*(taken over|arrived).*");
    }

    /** Whether there was anything that a copy could have got wrong. */
    private static boolean compacted(ClusterProcesses cluster) {
        return cluster.nodes().stream().anyMatch(node -> node.output().contains("compaction: topic id="));
    }

    private Map<TopicPartition, Map<String, String>> read(String addresses) {
        Map<TopicPartition, Map<String, String>> seen = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(TopicReader.settings(addresses))) {
            consumer.assign(partitions());
            consumer.seekToBeginning(partitions());
            assertThat(consumer.endOffsets(partitions())).isEqualTo(ends);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    Map<String, String> values = seen.computeIfAbsent(
                            new TopicPartition(record.topic(), record.partition()), first -> new HashMap<>());
                    String key = new String(record.key(), StandardCharsets.UTF_8);
                    values.remove(key);
                    if (record.value() != null) {
                        values.put(key, new String(record.value(), StandardCharsets.UTF_8));
                    }
                });
            }
        }
        return seen;
    }
}
