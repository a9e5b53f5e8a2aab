package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.Packs;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions with little in them, on a real disk. */
final class PackedPartitionsTest {
    private static final TopicId TOPIC = new TopicId(7, 7);
    private static final int PARTITIONS = 300;
    private static final int PACKED_BYTES_MAX = 1_000;

    @TempDir
    Path folder;

    private Replication replication;

    @BeforeEach
    void open() {
        replication = open(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        replication.stop();
    }

    private static Replication open(Path data) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        return Replication.open(
                new ReplicationSettings(data, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64)
                        .withPackedBytesMax(PACKED_BYTES_MAX),
                List.of(new ShardSpec(0, Durability.FSYNC, List.of()), new ShardSpec(1, Durability.FSYNC, List.of())),
                new RealDisk(),
                new SystemClock(),
                new SplittableRandom(1),
                Thread.ofPlatform().daemon().factory());
    }

    private PartitionReplica replica(int index) {
        return Objects.requireNonNull(replication.shard(1).partition(TOPIC, index));
    }

    private void append(int index, String value) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        replication
                .shard(1)
                .append(
                        replica(index),
                        Batches.of(value),
                        Runnable::run,
                        (error, base, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    private void fill() {
        SegmentSettings settings = new SegmentSettings(1 << 20, Long.MAX_VALUE, 4_096);
        replication
                .shard(1)
                .propose(new ControlEntry.Open(TOPIC, 1, 0, PARTITIONS, 0, 0, settings))
                .join();
        for (int index = 0; index < PARTITIONS; index++) {
            append(index, "first " + index);
        }
    }

    private void checkpoint() {
        assertThat(replication.shard(1).checkpointer().write()).isTrue();
    }

    private List<String> files() {
        Path partitions = folder.resolve("data/shard-1/partitions");
        try (Stream<Path> all = Files.walk(partitions)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> partitions.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> read(Replication from, int index) {
        return Batches.readAll(Objects.requireNonNull(from.shard(1).partition(TOPIC, index)));
    }

    @Test
    void manyShareOneFileAndAreReadFromIt() {
        fill();
        replication.stop();
        assertThat(files()).containsExactly("packs/1.pack");

        open();

        for (int index = 0; index < PARTITIONS; index++) {
            assertThat(read(replication, index)).containsExactly("first " + index);
        }
    }

    @Test
    void aPartitionThatGrowsGetsAFileOfItsOwn() {
        fill();
        checkpoint();
        List<String> expected = new ArrayList<>(List.of("first 5"));
        for (int number = 0; number < 30; number++) {
            append(5, "number " + number);
            expected.add("number " + number);
            if (number % 5 == 0) {
                checkpoint();
            }
        }
        replication.abandon();
        open();

        assertThat(read(replication, 5)).isEqualTo(expected);
        append(5, "last");
        checkpoint();
        assertThat(files()).contains(TOPIC + "/5/00000000000000000000.log");
        assertThat(read(replication, 5)).endsWith("last").hasSize(expected.size() + 1);
        assertThat(read(replication, 4)).containsExactly("first 4");
    }

    @Test
    void aPackGoesWhenNothingInItIsAlive() {
        fill();
        replication.stop();
        open();
        for (int index = 0; index < PARTITIONS; index++) {
            append(index, "second " + index);
        }

        checkpoint();

        assertThat(files()).containsExactly("packs/2.pack");
        replication.shard(1).propose(new ControlEntry.Drop(TOPIC, 2)).join();
        checkpoint();
        assertThat(files()).isEmpty();
    }

    /** Its older segments had files of their own and are gone, its newest one never had. */
    @Test
    void nothingIsLeftOfADroppedPartitionThatHadADirectoryBeforeTheStart() {
        Shard shard = replication.shard(1);
        SegmentSettings settings = new SegmentSettings(3_000, Long.MAX_VALUE, 4_096);
        shard.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, settings)).join();
        for (int number = 0; number < 4; number++) {
            append(0, "x".repeat(800));
        }
        checkpoint();
        assertThat(files()).anyMatch(file -> file.endsWith(".log"));
        shard.propose(new ControlEntry.AdvanceStart(TOPIC, 0, 3)).join();
        checkpoint();
        replication.stop();
        open();
        Path directory = folder.resolve("data/shard-1/partitions/" + TOPIC);
        assertThat(directory).isDirectoryContaining("glob:**/0");
        assertThat(files()).allMatch(file -> file.startsWith(Packs.DIRECTORY));

        replication.shard(1).propose(new ControlEntry.Drop(TOPIC, 2)).join();
        checkpoint();

        assertThat(directory).doesNotExist();
    }

    @Test
    void whatIsAliveLeavesAPackThatIsMostlyDead() {
        fill();
        replication.stop();
        open();
        for (int index = 0; index < PARTITIONS; index++) {
            if (index % 4 > 0) {
                append(index, "second " + index);
            }
        }
        checkpoint();
        checkpoint();

        assertThat(files()).containsExactly("packs/2.pack");
        replication.abandon();
        open();
        assertThat(read(replication, 4)).containsExactly("first 4");
        assertThat(read(replication, 5)).containsExactly("first 5", "second 5");
    }

    @Test
    void aBackupHasAFileForEach() {
        fill();
        replication.backup(folder.resolve("backup"), Optional.empty(), BackupProgress.SILENT);
        Restoration.of(new RealDisk(), folder.resolve("backup"), BackupProgress.SILENT)
                .into(folder.resolve("restored"));

        Replication restored = open(folder.resolve("restored"));
        try {
            for (int index = 0; index < PARTITIONS; index++) {
                assertThat(read(restored, index)).containsExactly("first " + index);
            }
        } finally {
            restored.stop();
        }
    }

    @Test
    void aPackThatVanishedCostsItsRecordsAndNothingElse() throws IOException {
        fill();
        for (int number = 0; number < 30; number++) {
            append(5, "number " + number);
        }
        replication.stop();
        Files.delete(folder.resolve("data/shard-1/partitions")
                .resolve(Packs.DIRECTORY)
                .resolve("1.pack"));

        open();

        assertThat(read(replication, 5)).hasSize(31);
        append(6, "later");
        replication.stop();
        open();
        Batches.Collector collector = new Batches.Collector();
        assertThat(replica(6).readBlocking(1, 1 << 20, true, collector)).isEqualTo(2);
    }
}
