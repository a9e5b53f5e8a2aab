package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final SegmentSettings SETTINGS = new SegmentSettings(4 * 1024, 1_000_000, 1024);

    @TempDir
    Path folder;

    private final List<Replication> opened = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private Replication replication;

    @BeforeEach
    void open() {
        replication = open(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        opened.forEach(Replication::stop);
    }

    private Replication open(Path data) {
        JournalSettings journal = new JournalSettings(256 << 10, 1 << 20, 64 << 20);
        Replication next = Replication.open(
                new ReplicationSettings(data, journal, 4 << 20, 8 << 20, 16 << 20, 60_000, 64).withPackedBytesMax(0),
                List.of(
                        new ShardSpec(0, Durability.FSYNC, List.of(new CountingMachine())),
                        new ShardSpec(1, Durability.FSYNC, List.of()),
                        new ShardSpec(2, Durability.OS, List.of()),
                        new ShardSpec(3, Durability.MEMORY, List.of())),
                new RealDisk(),
                new SystemClock(),
                new SplittableRandom(opened.size()),
                Thread.ofPlatform().daemon().factory());
        opened.add(next);
        return next;
    }

    private static PartitionReplica partition(Replication in, int shardId) {
        Shard shard = in.shard(shardId);
        ErrorCode error = shard.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SETTINGS))
                .join();
        assertThat(error).isEqualTo(ErrorCode.NONE);
        return Objects.requireNonNull(shard.partition(TOPIC, 0));
    }

    private void write(int shardId, int count) {
        PartitionReplica replica = partition(replication, shardId);
        for (int i = 0; i < count; i++) {
            String value = "record-" + written.size() + "-" + "x".repeat(200);
            append(replica, Batches.of(value));
            written.add(value);
        }
    }

    private static void append(PartitionReplica replica, ByteBuffer batch) {
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        replica.shard().append(replica, batch, Runnable::run, (error, base, start) -> answer.complete(error));
        assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
    }

    private BackupSummary backup(String name) {
        return replication.backup(folder.resolve(name), Optional.empty(), BackupProgress.SILENT);
    }

    private Replication restored(String name) {
        Path target = folder.resolve(name + "-restored");
        BackupSummary summary = Restoration.of(new RealDisk(), folder.resolve(name), BackupProgress.SILENT)
                .into(target);
        assertThat(summary.damage()).isEmpty();
        return open(target);
    }

    @Test
    void whatWasAcknowledgedBeforeIsThereAndItsEpochIsOver() {
        write(1, 60);
        long term = replication.shard(1).term();

        backup("backup");
        List<String> before = List.copyOf(written);
        write(1, 5);

        Replication restored = restored("backup");
        PartitionReplica replica = Objects.requireNonNull(restored.shard(1).partition(TOPIC, 0));
        assertThat(Batches.readAll(replica)).isEqualTo(before);
        assertThat(replica.endOfEpoch((int) term)).isEqualTo(new EpochEnd((int) term, before.size()));
        append(replica, Batches.of("later"));
        assertThat(Batches.readAll(replica)).hasSize(before.size() + 1).endsWith("later");
        assertThat(restored.shard(1).term()).isGreaterThan(term);
    }

    @Test
    void aPartitionThatCameFromAnotherShardIsThereTooWithWhatItSharesAFileNameWith() {
        write(1, 60);
        Shard old = replication.shard(1);
        Shard other = replication.shard(2);
        move(old, other, 5);
        move(other, old, 6);
        append(Objects.requireNonNull(old.partition(TOPIC, 0)), Batches.of("later"));
        written.add("later");

        backup("backup");

        Replication restored = restored("backup");
        assertThat(Batches.readAll(Objects.requireNonNull(restored.shard(1).partition(TOPIC, 0))))
                .isEqualTo(written);
        assertThat(restored.shard(2).partition(TOPIC, 0)).isNull();
    }

    private static void move(Shard from, Shard to, long move) {
        PartitionReplica source = Objects.requireNonNull(from.partition(TOPIC, 0));
        to.propose(new ControlEntry.Arrive(TOPIC, 1, 0, move, 0, SETTINGS)).join();
        PartitionReplica copy = Objects.requireNonNull(to.partitionOf(move, TOPIC, 0));
        while (copy.endOffset() < source.endOffset()) {
            copyOn(source, copy);
        }
        from.propose(new ControlEntry.Seal(TOPIC, 0, move)).join();
        int epochBase = source.leaderEpoch() + 1;
        var adopt = new ControlEntry.Adopt(TOPIC, 0, move, source.endOffset(), 0, epochBase, 0);
        assertThat(to.propose(adopt).join()).isEqualTo(ErrorCode.NONE);
        assertThat(from.propose(new ControlEntry.Leave(TOPIC, 0, move)).join()).isEqualTo(ErrorCode.NONE);
        assertThat(Objects.requireNonNull(to.partition(TOPIC, 0)).leaderEpoch()).isGreaterThanOrEqualTo(epochBase);
    }

    private static void copyOn(PartitionReplica source, PartitionReplica copy) {
        Batches.Collector read = new Batches.Collector();
        source.readBlocking(copy.endOffset(), 4_000, true, read);
        ByteBuffer bytes = read.whole();
        for (int at = 0; at < bytes.limit(); at += BatchLayout.sizeBytes(bytes, at)) {
            CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
            copy.shard()
                    .importBatch(
                            copy,
                            bytes.slice(at, BatchLayout.sizeBytes(bytes, at)),
                            Runnable::run,
                            (error, base, start) -> answer.complete(error));
            assertThat(answer.join()).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void theBrokerGoesOnMeanwhileAndFilesItDropsAreCopiedAllTheSame() {
        write(1, 60);
        List<String> before = List.copyOf(written);
        BackupProgress dropping = new BackupProgress() {
            private boolean isDropped;

            @Override
            public void planned(long bytes) {
                assertThat(bytes).isPositive();
            }

            @Override
            public void copied(long bytes) {
                if (!isDropped) {
                    isDropped = true;
                    write(1, 20);
                    replication
                            .shard(1)
                            .propose(new ControlEntry.Drop(TOPIC, 2))
                            .join();
                    checkpoint();
                }
            }
        };

        replication.backup(folder.resolve("backup"), Optional.empty(), dropping);

        Replication restored = restored("backup");
        assertThat(Batches.readAll(Objects.requireNonNull(restored.shard(1).partition(TOPIC, 0))))
                .isEqualTo(before);
        checkpoint();
        assertThat(folder.resolve("data/shard-1/partitions").toFile().list()).isNullOrEmpty();
    }

    /** As the checkpoint thread would in a while. */
    private void checkpoint() {
        replication.checkpoint(1);
    }

    @Test
    void aStoppedAndARestoredDirectoryCanBeBackedUpToo() {
        write(1, 30);
        replication.stop();
        replication = open(folder.resolve("data"));
        backup("first");
        replication = restored("first");

        write(1, 10);
        backup("second");

        assertThat(Batches.readAll(
                        Objects.requireNonNull(restored("second").shard(1).partition(TOPIC, 0))))
                .isEqualTo(written);
    }

    @Test
    void osShardsAreIncludedAndMemoryIsNot() {
        write(2, 10);
        append(partition(replication, 3), Batches.of("gone"));

        backup("backup");

        Replication restored = restored("backup");
        assertThat(Batches.readAll(Objects.requireNonNull(restored.shard(2).partition(TOPIC, 0))))
                .isEqualTo(written);
        assertThat(restored.shard(3).partition(TOPIC, 0)).isNull();
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        write(1, 3);
        Files.createDirectories(folder.resolve("full"));
        Files.writeString(folder.resolve("full/mine"), "mine");

        assertThatThrownBy(() -> backup("full")).isInstanceOf(BackupRefusedException.class);
        assertThatThrownBy(() -> backup("data/inside")).isInstanceOf(BackupRefusedException.class);
        backup("backup");
        Restoration restoration = Restoration.of(new RealDisk(), folder.resolve("backup"), BackupProgress.SILENT);
        assertThatThrownBy(() -> restoration.into(folder.resolve("full"))).isInstanceOf(BackupRefusedException.class);
        assertThatThrownBy(() -> restoration.into(folder.resolve("data"))).isInstanceOf(BackupRefusedException.class);
        assertThat(folder.resolve("full").toFile().list()).containsExactly("mine");
    }

    @Test
    void aFlippedByteAnywhereInABackupIsRefusedAndLeavesNothingBehind() throws IOException {
        write(1, 40);
        backup("backup");
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder.resolve("backup"))) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(5);
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);

            assertThatThrownBy(() -> restored("backup")).as("%s", file).isInstanceOf(BackupRefusedException.class);

            assertThat(folder.resolve("backup-restored").toFile().list()).isNullOrEmpty();
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        assertThat(Batches.readAll(
                        Objects.requireNonNull(restored("backup").shard(1).partition(TOPIC, 0))))
                .isEqualTo(written);
    }

    @Test
    void aBackupOfAFormatThatIsNotKnownLeavesNothingBehind() throws IOException {
        write(1, 3);
        backup("backup");
        Path checkpoint = folder.resolve("backup/shard-1/checkpoint");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(checkpoint));
        bytes.putInt(4, 99);
        bytes.putInt(bytes.limit() - 4, crc(bytes.slice(0, bytes.limit() - 4)));
        Files.write(checkpoint, bytes.array());
        RealDisk disk = new RealDisk();
        BackupManifest manifest = BackupManifest.read(disk, folder.resolve("backup"));
        List<BackupManifest.Entry> files = new ArrayList<>(manifest.files());
        files.replaceAll(file -> file.path().equals("shard-1/checkpoint")
                ? new BackupManifest.Entry(file.path(), file.lengthBytes(), crc(bytes))
                : file);
        new BackupManifest(manifest.begunMs(), files).write(disk, folder.resolve("backup"));

        assertThatThrownBy(() -> restored("backup"))
                .isInstanceOf(UnusableDirectoryException.class)
                .hasMessageContaining("version 99");

        assertThat(folder.resolve("backup-restored").toFile().list()).isNullOrEmpty();
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    @Test
    void aBackupThatWasInterruptedIsRefusedAndNoBrokerOpensOne() throws IOException {
        write(1, 10);
        BackupProgress failing = new BackupProgress() {
            @Override
            public void planned(long bytes) {}

            @Override
            public void copied(long bytes) {
                throw new IllegalStateException("killed");
            }
        };
        assertThatThrownBy(() -> replication.backup(folder.resolve("cut"), Optional.empty(), failing))
                .hasMessage("killed");

        assertThatThrownBy(() -> restored("cut"))
                .isInstanceOf(BackupRefusedException.class)
                .hasMessageContaining("no finished backup");
        backup("whole");
        assertThatThrownBy(() -> open(folder.resolve("whole"))).isInstanceOf(UnusableDirectoryException.class);
    }

    @Test
    void aManifestThatLeadsElsewhereIsRefused() throws IOException {
        Path evil = Files.createDirectories(folder.resolve("evil"));
        for (String path : List.of("../outside", "/outside", "a/../../outside", "./a")) {
            Files.deleteIfExists(evil.resolve(BackupManifest.NAME));
            new BackupManifest(1, List.of(new BackupManifest.Entry(path, 1, 2))).write(new RealDisk(), evil);

            assertThatThrownBy(() -> BackupManifest.read(new RealDisk(), evil))
                    .as(path)
                    .isInstanceOf(BackupRefusedException.class);
        }
    }

    @Test
    void sealedSegmentsOfAnEarlierBackupAreSharedAndTheRestIsCopied() {
        write(1, 60);
        BackupSummary first = backup("first");
        write(1, 30);

        BackupSummary second = replication.backup(
                folder.resolve("second"), Optional.of(folder.resolve("first")), BackupProgress.SILENT);

        assertThat(first.sharedBytes()).isZero();
        assertThat(second.sharedBytes()).isPositive().isLessThan(second.bytes());
        assertThat(Batches.readAll(
                        Objects.requireNonNull(restored("second").shard(1).partition(TOPIC, 0))))
                .isEqualTo(written);
    }

    @Test
    void damageThatWasThereBeforeIsToldAndTheRestIsRestored() throws IOException {
        write(1, 40);
        backup("throwaway");
        Path segment;
        try (Stream<Path> files = Files.walk(folder.resolve("data/shard-1/partitions"))) {
            segment = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(segment);
        bytes[100] ^= 1;
        Files.write(segment, bytes);
        backup("backup");

        BackupSummary summary = Restoration.of(new RealDisk(), folder.resolve("backup"), BackupProgress.SILENT)
                .into(folder.resolve("target"));

        assertThat(summary.damage()).hasSize(1);
        PartitionReplica replica =
                Objects.requireNonNull(open(folder.resolve("target")).shard(1).partition(TOPIC, 0));
        assertThat(replica.endOffset()).isEqualTo(written.size());
    }
}
