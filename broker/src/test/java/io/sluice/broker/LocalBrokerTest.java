package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.SimulatedClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalBrokerTest {
    @TempDir
    Path folder;

    private final SimulatedClock clock = new SimulatedClock();
    private final List<LocalBroker> opened = new ArrayList<>();
    private LocalBroker broker;

    @BeforeEach
    void open() {
        broker = open(folder.resolve("data"), BrokerSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        opened.forEach(LocalBroker::stop);
    }

    private LocalBroker open(Path data, BrokerSettings settings) {
        LocalBroker next = LocalBroker.open(
                settings,
                small(data),
                new RealDisk(),
                clock,
                new Random(7 + opened.size()),
                Thread.ofPlatform().daemon().factory());
        opened.add(next);
        return next;
    }

    /** Small journal files: each open zero-fills some. */
    private static ReplicationSettings small(Path data) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        return new ReplicationSettings(data, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64);
    }

    private void restart() {
        broker.stop();
        broker = open(folder.resolve("data"), BrokerSettings.DEFAULT);
    }

    /** What kill -9 leaves: the files as they are now, of a broker that never stopped. */
    private void crash() throws IOException {
        Path copy = folder.resolve("after-crash-" + opened.size());
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.resolve("data").relativize(file)));
            }
        }
        broker = open(copy, BrokerSettings.DEFAULT);
    }

    @Test
    void recordsAreReadFromTheTailAtTheirOffsets() {
        Partition partition = create("orders", 2, Map.of()).partition(1);

        assertThat(append(partition, batch("a", "b"))).isEqualTo(new Answer(ErrorCode.NONE, 0));
        assertThat(append(partition, batch("c"))).isEqualTo(new Answer(ErrorCode.NONE, 2));

        assertThat(RecordsSeen.inTail(partition, 0)).containsExactly("0:a", "1:b", "2:c");
        assertThat(RecordsSeen.inTail(partition, 2)).containsExactly("2:c");
        assertThat(partition.endOffset()).isEqualTo(3);
        assertThat(partition.topic().partition(0).endOffset()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "os"})
    void aRestartKeepsTopicsAndRecords(String durability) {
        Topic topic = create("orders", 1, Map.of("sluice.durability", durability, "retention.ms", "77"));
        append(topic.partition(0), batch("a", "b"));

        restart();

        Topic again = broker.topics().find("orders").orElseThrow();
        assertThat(again.id()).isEqualTo(topic.id());
        assertThat(again.settings()).isEqualTo(topic.settings());
        assertThat(RecordsSeen.from(again.partition(0), 0)).containsExactly("0:a", "1:b");
        assertThat(append(again.partition(0), batch("c"))).isEqualTo(new Answer(ErrorCode.NONE, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "os"})
    void aCrashKeepsWhatWasAcknowledged(String durability) throws IOException {
        Topic topic = create("orders", 3, Map.of("sluice.durability", durability));
        append(topic.partition(2), batch("a", "b"));

        crash();

        Topic again = broker.topics().find("orders").orElseThrow();
        assertThat(again.id()).isEqualTo(topic.id());
        assertThat(RecordsSeen.from(again.partition(2), 0)).containsExactly("0:a", "1:b");
        assertThat(again.partition(2).leaderEpoch())
                .isGreaterThan(topic.partition(2).leaderEpoch());
    }

    @Test
    void aMemoryTopicIsThereEmptyAndInANewEpochAfterARestart() {
        Topic topic = create("cache", 1, Map.of("sluice.durability", "memory"));
        append(topic.partition(0), batch("a"));

        restart();

        Topic again = broker.topics().find("cache").orElseThrow();
        assertThat(again.partition(0).endOffset()).isZero();
        assertThat(again.partition(0).leaderEpoch())
                .isGreaterThan(topic.partition(0).leaderEpoch());
    }

    @Test
    void aDeletedTopicStaysDeletedAndItsNameStartsAnew() throws IOException {
        Topic first = create("orders", 1, Map.of());
        append(first.partition(0), batch("a"));
        assertThat(broker.topics().delete(first.id()).join().isOk()).isTrue();

        assertThat(append(first.partition(0), batch("b")).error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        Topic second = create("orders", 1, Map.of());
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.partition(0).endOffset()).isZero();

        crash();
        assertThat(broker.topics().find(first.id())).isEmpty();
        assertThat(broker.topics().find("orders").orElseThrow().id()).isEqualTo(second.id());
    }

    @Test
    void aDeletedTopicTakesThePositionsCommittedForItAlong() {
        Topic deleted = create("orders", 1, Map.of());
        create("others", 1, Map.of());
        MemberRef reader = new MemberRef("readers", -1, "", Optional.empty());
        TopicPartition gone = new TopicPartition("orders", 0);
        TopicPartition kept = new TopicPartition("others", 0);
        CommittedOffset position = new CommittedOffset(7, -1, "");
        broker.groups().commit(reader, Map.of(gone, position, kept, position)).join();

        assertThat(broker.topics().delete(deleted.id()).join().isOk()).isTrue();

        assertThat(broker.groups().committed("readers", Optional.empty()).join().get())
                .isEqualTo(Map.of(kept, position));
    }

    @Test
    void waitersHearOfGrowthAndOfTheEnd() throws InterruptedException {
        Topic topic = create("orders", 1, Map.of());
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Partition.GrowthListener listener = new Partition.GrowthListener() {
            @Override
            public void grew(int lengthBytes) {
                heard.add("grew " + lengthBytes);
            }

            @Override
            public void closed(ErrorCode reason) {
                heard.add("closed " + reason);
            }
        };
        topic.partition(0).addListener(listener);
        ByteBuffer batch = batch("a");
        String growth = "grew " + batch.remaining();
        append(topic.partition(0), batch);
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo(growth);

        broker.topics().delete(topic.id()).join();
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("closed UNKNOWN_TOPIC_OR_PARTITION");

        topic.partition(0).addListener(listener);
        assertThat(heard.poll(30, TimeUnit.SECONDS))
                .as("who comes late is told at once")
                .isEqualTo("closed UNKNOWN_TOPIC_OR_PARTITION");
    }

    @Test
    void aRemovedListenerHearsNothing() {
        Partition partition = create("orders", 1, Map.of()).partition(0);
        List<String> heard = new ArrayList<>();
        Partition.GrowthListener listener = new Partition.GrowthListener() {
            @Override
            public void grew(int lengthBytes) {
                heard.add("grew");
            }

            @Override
            public void closed(ErrorCode reason) {
                heard.add("closed");
            }
        };
        partition.addListener(listener);
        partition.removeListener(listener);

        append(partition, batch("a"));

        assertThat(heard).isEmpty();
    }

    @Test
    void damagedTransactionalAndTooLargeBatchesAreRefusedAndCounted() {
        Partition partition =
                create("orders", 1, Map.of("max.message.bytes", "200")).partition(0);
        ByteBuffer damaged = batch("a");
        damaged.put(damaged.limit() - 1, (byte) 99);
        ByteBuffer transactional = new BatchBuilder(Compression.NONE)
                .producer(5, (short) 0, 0)
                .attributeBits(BatchLayout.TRANSACTIONAL_BIT)
                .add(clock.wallMs(), null, new byte[1])
                .build();

        assertThat(append(partition, damaged).error()).isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        assertThat(append(partition, transactional).error()).isEqualTo(ErrorCode.INVALID_TXN_STATE);
        assertThat(append(partition, batch("x".repeat(200))).error()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);

        assertThat(partition.endOffset()).isZero();
        assertThat(metrics())
                .containsEntry("sluice_failed_appends_total{error=corrupt_message}", 1.0)
                .containsEntry("sluice_failed_appends_total{error=message_too_large}", 1.0)
                .containsEntry("sluice_appended_batches_total{}", 0.0);
    }

    @Test
    void whatNoSegmentCanHoldIsRefused() {
        Partition partition =
                create("orders", 1, Map.of("internal.segment.bytes", "200")).partition(0);

        assertThat(append(partition, batch("x".repeat(200))).error()).isEqualTo(ErrorCode.RECORD_LIST_TOO_LARGE);
    }

    @Test
    void theBrokersTimeIsStampedWhereATopicWantsIt() {
        Partition partition = create("orders", 1, Map.of("message.timestamp.type", "LogAppendTime"))
                .partition(0);
        clock.advanceMs(5_000);

        append(
                partition,
                new BatchBuilder(Compression.NONE).add(1, null, new byte[1]).build());

        assertThat(partition.findMaxTimestamp().orElseThrow().timestampMs()).isEqualTo(clock.wallMs());
    }

    @Test
    void metricsCountTopicsAppendsAndReads() {
        Partition partition = create("orders", 3, Map.of()).partition(0);
        ByteBuffer batch = batch("a", "b");
        double lengthBytes = batch.remaining();
        append(partition, batch);
        RecordsSeen.inTail(partition, 0);

        assertThat(metrics())
                .containsEntry("sluice_topics{}", 1.0)
                .containsEntry("sluice_partitions{}", 3.0)
                .containsEntry("sluice_appended_bytes_total{}", lengthBytes)
                .containsEntry("sluice_appended_batches_total{}", 1.0)
                .containsEntry("sluice_appended_records_total{}", 2.0)
                .containsEntry("sluice_read_bytes_total{}", lengthBytes);
    }

    @Test
    void deletedRecordsStayDeletedAfterARestart() throws IOException {
        Partition partition = create("orders", 1, Map.of()).partition(0);
        append(partition, batch("a", "b", "c"));
        append(partition, batch("d"));

        assertThat(partition.deleteRecords(2).join().get()).isEqualTo(2);
        assertThat(partition.deleteRecords(1).join().get()).as("never falls").isEqualTo(2);
        assertThat(partition.deleteRecords(5).join().error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(partition.deleteRecords(-2).join().error()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);

        restart();
        partition = broker.topics().find("orders").orElseThrow().partition(0);
        assertThat(partition.startOffset()).isEqualTo(2);
        assertThat(partition.deleteRecords(-1).join().get()).isEqualTo(4);
        assertThat(partition.endOffset()).isEqualTo(4);
    }

    @Test
    void anEpochTheClientIsWrongAboutIsRefused() {
        Partition partition = create("orders", 1, Map.of()).partition(0);
        append(partition, batch("a"));
        int epoch = partition.leaderEpoch();

        assertThat(partition.endOfEpoch(epoch, epoch).get().endOffset()).isEqualTo(1);
        assertThat(partition.endOfEpoch(epoch, -1).get().endOffset()).isEqualTo(1);
        assertThat(partition.endOfEpoch(epoch + 1, epoch).get().endOffset()).isEqualTo(-1);
        assertThat(partition.endOfEpoch(epoch, epoch + 1).error()).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        assertThat(partition.endOfEpoch(epoch, epoch - 1).error()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
    }

    @Test
    void retentionRemovesOldSegmentsWhileTheBrokerRuns() {
        broker.stop();
        broker = open(folder.resolve("data"), BrokerSettings.DEFAULT.with("log.retention.check.interval.ms", "1"));
        Partition partition = create("orders", 1, Map.of("internal.segment.bytes", "200", "retention.ms", "1000"))
                .partition(0);
        for (int i = 0; i < 20; i++) {
            append(partition, batch("x".repeat(100)));
        }
        assertThat(partition.startOffset()).isZero();

        clock.advanceMs(10_000);
        append(partition, batch("young"));

        awaitUntil(() -> partition.startOffset() == 20);
        assertThat(RecordsSeen.from(partition, 20)).containsExactly("20:young");
    }

    @Test
    void aCompactedTopicKeepsTheNewestOfEachKeyAndAsksForKeys() throws IOException {
        Map<String, String> configs = Map.of(
                "cleanup.policy", "compact", "internal.segment.bytes", "2000", "min.cleanable.dirty.ratio", "0.1");
        Partition partition = create("users", 1, configs).partition(0);
        assertThat(append(partition, batch("keyless")).error()).isEqualTo(ErrorCode.INVALID_RECORD);
        for (int i = 0; i < 300; i++) {
            append(partition, keyed("key" + i % 5, "value " + i));
        }

        restart();
        awaitUntil(() -> metrics().getOrDefault("sluice_compaction_removed_records_total{}", 0.0) > 200);
        restart();

        List<String> left =
                RecordsSeen.from(broker.topics().find("users").orElseThrow().partition(0), 0);
        assertThat(left).hasSizeLessThan(100).endsWith("298:value 298", "299:value 299");
        assertThat(broker.topics()
                        .find("users")
                        .orElseThrow()
                        .partition(0)
                        .deleteRecords(1)
                        .join()
                        .error())
                .isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    private static ByteBuffer keyed(String key, String value) {
        return new BatchBuilder(Compression.NONE)
                .add(1, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static void awaitUntil(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadlineNs);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void producerIdsAreNeverGivenTwice() throws IOException {
        long first = broker.producerIds().next().join().get();
        long second = broker.producerIds().next().join().get();
        restart();
        long third = broker.producerIds().next().join().get();
        crash();
        long fourth = broker.producerIds().next().join().get();

        assertThat(List.of(first, second, third, fourth))
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void committedPositionsSurviveACrash() throws IOException {
        TopicPartition partition = new TopicPartition("orders", 0);
        CommittedOffset offset = new CommittedOffset(42, 1, "note");
        MemberRef simple = new MemberRef("readers", -1, "", Optional.empty());
        assertThat(broker.groups().commit(simple, Map.of(partition, offset)).join())
                .containsEntry(partition, ErrorCode.NONE);

        crash();

        assertThat(broker.groups().committed("readers", Optional.empty()).join().get())
                .isEqualTo(Map.of(partition, offset));
    }

    @Test
    void theClusterKeepsItsIdentity() {
        String clusterId = broker.clusterId();
        restart();
        assertThat(broker.clusterId()).isEqualTo(clusterId).hasSize(22);
    }

    private Topic create(String name, int partitionCount, Map<String, String> configs) {
        return broker.topics()
                .create(new NewTopic(name, partitionCount, 1, configs), false)
                .join()
                .get();
    }

    private ByteBuffer batch(String... values) {
        BatchBuilder builder = new BatchBuilder(Compression.NONE);
        for (String value : values) {
            builder.add(clock.wallMs(), null, value.getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    private record Answer(ErrorCode error, long baseOffset) {}

    private static Answer append(Partition partition, ByteBuffer batch) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        partition.append(
                batch,
                Runnable::run,
                (error, baseOffset, startOffset) -> answer.complete(new Answer(error, baseOffset)));
        return answer.join();
    }

    private Map<String, Double> metrics() {
        Map<String, Double> metrics = new HashMap<>();
        broker.collect((Metric metric) -> {
            StringBuilder labels = new StringBuilder();
            metric.labels()
                    .forEach((name, value) -> labels.append(name).append('=').append(value));
            metrics.put(metric.name() + "{" + labels + "}", metric.value());
        });
        return metrics;
    }
}
