package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.SimulatedClock;
import io.sluice.common.SystemClock;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data directories of every released format open in this version. A fixture is what a kill -9 left: half in a checkpoint
 * and segments, half in the journal only. {@code -Dsluice.fixture=FILE} writes the current format's fixture; an existing
 * one is never written again.
 */
final class DataFormatTest {
    private static final TopicPartition POSITION = new TopicPartition("plain", 1);
    private static final CommittedOffset COMMITTED = new CommittedOffset(7, 1, "fixture");
    private static final long TIME_MS = 1_790_000_000_000L;
    private static final int RECORDS = 40;
    private static final int KEYED_RECORDS = 400;
    private static final int KEYS = 5;

    @TempDir
    Path folder;

    private static LocalBroker open(Path data, Clock clock) {
        return FixtureFile.open(data, BrokerSettings.DEFAULT, clock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-1.zip", "format-2.zip", "format-3.zip", "format-4.zip"})
    void aDirectoryOfThisFormatOpensWithEverythingInIt(String fixture) throws IOException {
        FixtureFile.unpack(fixture, folder);
        LocalBroker broker = open(folder, new SimulatedClock(FixtureFile.OPENED_MS));
        try {
            for (String name : List.of("plain", "zipped", "relaxed")) {
                Topic topic = broker.topics().find(name).orElseThrow();
                assertThat(topic.partitionCount()).isEqualTo(2);
                assertThat(RecordsSeen.from(topic.partition(1), 0)).isEqualTo(expected(name));
            }
            assertThat(broker.groups()
                            .committed("readers", Optional.empty())
                            .join()
                            .get())
                    .isEqualTo(Map.of(POSITION, COMMITTED));
            Partition plain = broker.topics().find("plain").orElseThrow().partition(1);
            assertThat(append(plain, batch("plain", RECORDS - 1, 1)))
                    .as("a repeat is known")
                    .isEqualTo(RECORDS - 1L);
            assertThat(append(plain, batch("plain", RECORDS, 1))).isEqualTo(RECORDS);
        } finally {
            broker.stop();
        }
    }

    /** Of a batch that lies further back than those that are kept, and in the checkpoint only. */
    @Test
    void anOldRepeatIsKnownAsOneAfterAStart() throws IOException {
        FixtureFile.unpack("format-4.zip", folder);
        LocalBroker broker = open(folder, new SimulatedClock(FixtureFile.OPENED_MS));
        try {
            Partition plain = broker.topics().find("plain").orElseThrow().partition(1);
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            plain.append(
                    batch("plain", 0, 1), Runnable::run, (error, baseOffset, startOffset) -> answer.complete(error));
            assertThat(answer.join()).isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
        } finally {
            broker.stop();
        }
    }

    /** What compaction left, and is still to do: a newer record of a key may be in the journal only. */
    @Test
    void compactedPartitionsOpenWithTheNewestRecordOfEachKey() throws IOException {
        FixtureFile.unpack("format-2.zip", folder);
        LocalBroker broker = open(folder, new SimulatedClock(FixtureFile.OPENED_MS));
        try {
            Partition partition =
                    broker.topics().find("compacted").orElseThrow().partition(0);
            List<String> records = RecordsSeen.from(partition, 0);
            assertThat(records).hasSizeLessThan(KEYED_RECORDS - 100);
            for (int number = KEYED_RECORDS - KEYS; number < KEYED_RECORDS; number++) {
                assertThat(records).contains(number + ":value " + number);
            }
        } finally {
            broker.stop();
        }
    }

    private static void fillCompacted(Path data) {
        LocalBroker first = open(data, new SystemClock());
        Map<String, String> configs = Map.of(
                "cleanup.policy", "compact", "internal.segment.bytes", "2000", "min.cleanable.dirty.ratio", "0.1");
        Partition partition = first.topics()
                .create(new NewTopic("compacted", 1, 1, configs), false)
                .join()
                .get()
                .partition(0);
        for (int number = 0; number < KEYED_RECORDS / 2; number++) {
            append(partition, keyed(number));
        }
        // Only what a checkpoint names is compacted, at the next start.
        first.stop();
        LocalBroker second = open(data, new SystemClock());
        while (passes(second) == 0) {
            Thread.onSpinWait();
        }
        second.stop();
    }

    private static double passes(LocalBroker broker) {
        double[] passes = new double[1];
        broker.collect(
                metric -> passes[0] += metric.name().equals("sluice_compaction_passes_total") ? metric.value() : 0);
        return passes[0];
    }

    private static ByteBuffer keyed(int number) {
        return new BatchBuilder(Compression.NONE)
                .add(
                        TIME_MS + number,
                        ("key " + number % KEYS).getBytes(StandardCharsets.UTF_8),
                        ("value " + number).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    @Test
    void writesTheFixtureIfAsked() throws IOException {
        String target = System.getProperty("sluice.fixture", "");
        if (target.isEmpty()) {
            return;
        }
        assertThat(Path.of(target)).doesNotExist();
        fillCompacted(folder.resolve("data"));
        LocalBroker first = open(folder.resolve("data"), new SystemClock());
        for (String name : List.of("plain", "zipped", "relaxed")) {
            Map<String, String> configs = name.equals("relaxed") ? Map.of("sluice.durability", "os") : Map.of();
            Topic topic = first.topics()
                    .create(new NewTopic(name, 2, 1, configs), false)
                    .join()
                    .get();
            fill(topic.partition(1), name, 0, RECORDS / 2);
        }
        first.stop();
        LocalBroker second = open(folder.resolve("data"), new SystemClock());
        for (String name : List.of("plain", "zipped", "relaxed")) {
            fill(second.topics().find(name).orElseThrow().partition(1), name, RECORDS / 2, RECORDS);
        }
        Partition compacted = second.topics().find("compacted").orElseThrow().partition(0);
        for (int number = KEYED_RECORDS / 2; number < KEYED_RECORDS; number++) {
            append(compacted, keyed(number));
        }
        MemberRef simple = new MemberRef("readers", -1, "", Optional.empty());
        second.groups().commit(simple, Map.of(POSITION, COMMITTED)).join();
        FixtureFile.pack(folder.resolve("data"), Path.of(target));
        second.stop();
    }

    private static void fill(Partition partition, String name, int from, int to) {
        for (int number = from; number < to; number++) {
            append(partition, batch(name, number, 1));
        }
    }

    private static List<String> expected(String name) {
        return IntStream.range(0, RECORDS)
                .mapToObj(number -> number + ":" + name + " " + number)
                .toList();
    }

    private static ByteBuffer batch(String name, int number, int count) {
        Compression compression = name.equals("zipped") ? Compression.LZ4 : Compression.NONE;
        BatchBuilder builder = new BatchBuilder(compression).producer(9, (short) 0, number);
        for (int i = 0; i < count; i++) {
            builder.add(TIME_MS + number + i, null, (name + " " + (number + i)).getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    private static long append(Partition partition, ByteBuffer batch) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        partition.append(batch, Runnable::run, (error, baseOffset, startOffset) -> {
            if (error == ErrorCode.NONE) {
                answer.complete(baseOffset);
            } else {
                answer.completeExceptionally(new AssertionError(error));
            }
        });
        return answer.join();
    }
}
