package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.CompactionReport;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskLockedException;
import io.sluice.log.disk.RealDisk;
import io.sluice.replication.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplicationTest {
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final SegmentSettings SETTINGS = new SegmentSettings(16 * 1024, 1_000_000, 4096);

    @TempDir
    Path directory;

    private Replication replication;

    @BeforeEach
    void open() {
        replication = Replication.open(
                new ReplicationSettings(
                                directory,
                                // Small: files are filled with zeros, which takes most of a test with the usual ones.
                                new JournalSettings(256 << 10, 1 << 20, 64 << 20),
                                32 << 20,
                                64 << 20,
                                256 << 20,
                                60_000,
                                4096)
                        .withPackedBytesMax(0),
                List.of(
                        new ShardSpec(0, Durability.FSYNC, List.of()),
                        new ShardSpec(1, Durability.FSYNC, List.of()),
                        new ShardSpec(2, Durability.OS, List.of()),
                        new ShardSpec(3, Durability.MEMORY, List.of())),
                new RealDisk(),
                new SystemClock(),
                new SplittableRandom(1),
                Thread.ofPlatform().daemon().factory());
    }

    @AfterEach
    void stop() {
        replication.stop();
    }

    private PartitionReplica openPartition(int shardId, int index) {
        Shard shard = replication.shard(shardId);
        ErrorCode error = shard.propose(new ControlEntry.Open(TOPIC, 1, 0, index + 1, 0, 0, SETTINGS))
                .join();
        assertThat(error).isEqualTo(ErrorCode.NONE);
        return Objects.requireNonNull(shard.partition(TOPIC, index));
    }

    private PartitionReplica reopened(int shardId) {
        return Objects.requireNonNull(replication.shard(shardId).partition(TOPIC, 0));
    }

    private record Answer(ErrorCode error, long baseOffset) {}

    private static Answer append(PartitionReplica replica, ByteBuffer batch) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        replica.shard()
                .append(
                        replica,
                        batch,
                        Runnable::run,
                        (error, base, start) -> answer.complete(new Answer(error, base)));
        return answer.join();
    }

    @Test
    void whatIsAppendedIsReadAtItsOffsets() {
        PartitionReplica replica = openPartition(1, 0);

        assertThat(append(replica, Batches.of("a", "b"))).isEqualTo(new Answer(ErrorCode.NONE, 0));
        assertThat(append(replica, Batches.of("c"))).isEqualTo(new Answer(ErrorCode.NONE, 2));

        assertThat(replica.endOffset()).isEqualTo(3);
        assertThat(Batches.readAll(replica)).containsExactly("a", "b", "c");
    }

    @Test
    @Timeout(60)
    void anEventLoopThatHasEndedKeepsNobodyElseFromBeingTold() {
        PartitionReplica replica = openPartition(1, 0);
        Executor ended = task -> {
            throw new RejectedExecutionException("ended");
        };
        replica.shard().append(replica, Batches.of("a"), ended, (error, base, start) -> {});

        assertThat(append(replica, Batches.of("b"))).isEqualTo(new Answer(ErrorCode.NONE, 1));
    }

    @Test
    void aCleanRestartKeepsRecordsAndReplaysNothing() {
        append(openPartition(1, 0), Batches.of("a", "b"));
        long term = replication.shard(1).term();

        replication.stop();
        open();

        assertThat(Batches.readAll(reopened(1))).containsExactly("a", "b");
        assertThat(replication.shard(1).term()).isEqualTo(term);
    }

    @Test
    void anUncleanRestartReplaysTheJournalAndRaisesTheTerm() {
        for (int durable : new int[] {1, 2}) {
            append(openPartition(durable, 0), Batches.of("a", "b"));
        }
        long term = replication.shard(1).term();

        replication.abandon();
        open();

        assertThat(Batches.readAll(reopened(1))).containsExactly("a", "b");
        assertThat(Batches.readAll(reopened(2))).containsExactly("a", "b");
        assertThat(replication.shard(1).term()).isGreaterThan(term);
        assertThat(reopened(1).endOfEpoch((int) term)).isEqualTo(new EpochEnd((int) term, 2));
    }

    @Test
    void aCheckpointThatRotsWhileTheBrokerRunsIsWrittenAnewAsAWhole() throws IOException {
        append(openPartition(1, 1), Batches.of("a", "b"));
        PartitionReplica first = reopened(1);
        assertThat(replication.checkpoint(1)).isTrue();
        Path file = directory.resolve("shard-1").resolve(CheckpointFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        append(first, Batches.of("c"));
        assertThat(replication.checkpoint(1)).isTrue();

        replication.abandon();
        open();
        assertThat(Batches.readAll(reopened(1))).containsExactly("c");
        assertThat(Batches.readAll(Objects.requireNonNull(replication.shard(1).partition(TOPIC, 1))))
                .containsExactly("a", "b");
    }

    @Test
    void aMemoryPartitionIsGoneAfterARestart() {
        append(openPartition(3, 0), Batches.of("a"));

        replication.stop();
        open();

        assertThat(replication.shard(3).partition(TOPIC, 0)).isNull();
    }

    @Test
    void compactionFreesFilesOnceACheckpointNamesTheNewOnes() {
        PartitionReplica replica = openPartition(1, 0);
        fill(replica);
        replica.shard().checkpointer().write();
        long sizeBefore = replica.sizeBytes();

        CompactionReport report = replication
                .compactor()
                .compact(replica, order(replica, bytes -> {}))
                .orElseThrow();
        replica.shard().checkpointer().write();

        assertThat(report.isWhole()).isTrue();
        assertThat(report.freedBytes()).isGreaterThan(sizeBefore / 2);
        assertThat(replica.sizeBytes()).isEqualTo(sizeBefore - report.freedBytes());
        assertThat(filesOf(replica)).filteredOn(file -> file.endsWith(".log")).hasSize(2);
        // The newest batches were in memory, as they had come.
        stop();
        open();
        SortedMap<Long, String> left = Batches.readKeyed(reopened(1));
        assertThat(left.size()).isLessThan(400);
        assertThat(left.get(1_199L)).isEqualTo("key 9=value 1199");
    }

    @Test
    void aTopicDroppedWhileItIsCompactedLeavesNothingBehind() {
        PartitionReplica replica = openPartition(1, 0);
        fill(replica);
        Checkpointer checkpointer = replica.shard().checkpointer();
        checkpointer.write();

        Optional<CompactionReport> report = replication.compactor().compact(replica, order(replica, bytes -> {
            if (!replica.isDropped()) {
                replica.shard().propose(new ControlEntry.Drop(TOPIC, 2)).join();
                checkpointer.write();
                assertThat(filesOf(replica)).as("files while it runs").isEmpty();
            }
        }));
        checkpointer.write();

        assertThat(report).hasValueSatisfying(each -> assertThat(each.isWhole()).isFalse());
        assertThat(directory.resolve("shard-1/partitions")).isEmptyDirectory();
    }

    private static void fill(PartitionReplica replica) {
        for (int i = 0; i < 1_200; i++) {
            append(replica, Batches.keyed("key " + i % 10, "value " + i));
        }
    }

    private static Compactor.Order order(PartitionReplica replica, LongConsumer paced) {
        return new Compactor.Order(
                replica.compactionDebt(Long.MAX_VALUE).endOffset(), 0, 0, 1 << 20, paced, Runnable::run);
    }

    private List<String> filesOf(PartitionReplica replica) {
        return new RealDisk().list(directory.resolve("shard-1/partitions/" + replica.topicId() + "/0"));
    }

    @Test
    void aRepeatedBatchIsAnsweredWithItsFirstOffset() {
        PartitionReplica replica = openPartition(1, 0);
        append(replica, Batches.ofProducer(5, 0, 0, "a"));
        append(replica, Batches.ofProducer(5, 0, 1, "b"));

        assertThat(append(replica, Batches.ofProducer(5, 0, 0, "a"))).isEqualTo(new Answer(ErrorCode.NONE, 0));
        assertThat(append(replica, Batches.ofProducer(5, 0, 3, "d")).error())
                .as("what is missing may still come")
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(append(replica, Batches.ofProducer(5, 0, 3, "d")).error())
                .isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(Batches.readAll(replica)).containsExactly("a", "b");
    }

    @Test
    void producersAreRememberedOverRestarts() {
        append(openPartition(1, 0), Batches.ofProducer(5, 0, 0, "a"));
        replication.abandon();
        open();
        append(reopened(1), Batches.ofProducer(5, 0, 1, "b"));
        replication.stop();
        open();

        assertThat(append(reopened(1), Batches.ofProducer(5, 0, 1, "b"))).isEqualTo(new Answer(ErrorCode.NONE, 1));
        assertThat(append(reopened(1), Batches.ofProducer(5, 0, 2, "c"))).isEqualTo(new Answer(ErrorCode.NONE, 2));
    }

    @Test
    void aDroppedTopicTakesNothingAndIsGoneAfterARestart() {
        PartitionReplica replica = openPartition(1, 0);
        append(replica, Batches.of("a"));

        replication.shard(1).propose(new ControlEntry.Drop(TOPIC, 2)).join();

        assertThat(append(replica, Batches.of("b")).error()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        replication.stop();
        open();
        assertThat(replication.shard(1).partition(TOPIC, 0)).isNull();
        assertThat(directory.resolve("shard-1/partitions").toFile().list()).isNullOrEmpty();
    }

    @Test
    void aDroppedTopicsFilesAreClosedAndGoneAfterACheckpoint() throws IOException {
        PartitionReplica replica = openPartition(1, 0);
        append(replica, Batches.of("a"));
        replication.shard(1).checkpointer().write();
        replication.shard(1).propose(new ControlEntry.Drop(TOPIC, 2)).join();

        replication.shard(1).checkpointer().write();

        assertThat(openFilesBelow(directory.resolve("shard-1/partitions"))).isEmpty();
    }

    /** What this process holds open there, deleted or not; a deleted file that is open keeps its space. */
    private static List<String> openFilesBelow(Path folder) throws IOException {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)) {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        open.removeIf(target -> !target.startsWith(folder.toString()));
        return open;
    }

    @Test
    void smallEntriesCountForACheckpointWithTheWholeBlocksTheyTake() {
        PartitionReplica replica = openPartition(1, 0);
        long before = replication.shard(1).journal().bytesSinceCheckpoint();

        for (int i = 0; i < 50; i++) {
            append(replica, Batches.of("a"));
        }

        assertThat(replication.shard(1).journal().bytesSinceCheckpoint() - before)
                .isGreaterThanOrEqualTo(50 * 4096);
    }

    @Test
    void anAdvancedStartStaysAdvanced() {
        PartitionReplica replica = openPartition(1, 0);
        append(replica, Batches.of("a", "b", "c"));

        replication.shard(1).propose(new ControlEntry.AdvanceStart(TOPIC, 0, 2)).join();
        replication.abandon();
        open();

        assertThat(reopened(1).startOffset()).isEqualTo(2);
        assertThat(reopened(1).endOffset()).isEqualTo(3);
    }

    @Test
    void anActiveSegmentThatVanishedWhileTheNodeWasStoppedCostsItsRecordsAndNothingElse() throws IOException {
        append(openPartition(1, 0), Batches.of("a"));
        append(openPartition(1, 1), Batches.of("b"));
        replication.stop();
        Files.delete(directory.resolve("shard-1/partitions/" + TOPIC + "/0/00000000000000000000.log"));

        open();

        assertThat(damagedRanges()).isEqualTo(1.0);
        PartitionReplica intact = Objects.requireNonNull(replication.shard(1).partition(TOPIC, 1));
        assertThat(append(intact, Batches.of("c"))).isEqualTo(new Answer(ErrorCode.NONE, 1));
        assertThat(append(reopened(1), Batches.of("d"))).isEqualTo(new Answer(ErrorCode.NONE, 1));
        replication.stop();
        open();
        assertThat(Batches.readAll(Objects.requireNonNull(replication.shard(1).partition(TOPIC, 1))))
                .containsExactly("b", "c");
        Batches.Collector collector = new Batches.Collector();
        assertThat(reopened(1).readBlocking(1, 1 << 20, true, collector)).isEqualTo(2);
    }

    @Test
    void aPartitionDirectoryThatVanishedCostsItsRecordsAndNothingElseHoweverTheNodeStopped() throws IOException {
        for (boolean isClean : new boolean[] {true, false}) {
            append(openPartition(1, 0), Batches.of("a"));
            long end = reopened(1).endOffset();
            assertThat(replication.shard(1).checkpointer().write()).isTrue();
            if (isClean) {
                replication.stop();
            } else {
                replication.abandon();
            }
            deleteTree(directory.resolve("shard-1/partitions/" + TOPIC));

            open();

            assertThat(damagedRanges()).as("clean %s", isClean).isEqualTo(1.0);
            assertThat(append(reopened(1), Batches.of("b"))).isEqualTo(new Answer(ErrorCode.NONE, end));
            assertThat(replication.shard(1).checkpointer().write()).isTrue();
            assertThat(reopened(1).readBlocking(end, 1 << 20, true, new Batches.Collector()))
                    .isEqualTo(end + 1);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private double damagedRanges() {
        List<Metric> metrics = new ArrayList<>();
        replication.collect(metrics::add);
        return metrics.stream()
                .filter(metric -> metric.name().equals("sluice_damaged_ranges"))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void aJournalThatIsGoneRaisesTheTermBecauseOffsetsMayBeGivenAgain() throws IOException {
        append(openPartition(1, 0), Batches.of("a"));
        long term = replication.shard(1).term();
        replication.stop();
        deleteTree(directory.resolve("shard-1/journal"));

        open();

        assertThat(replication.shard(1).term()).isGreaterThan(term);
        assertThat(append(reopened(1), Batches.of("b"))).isEqualTo(new Answer(ErrorCode.NONE, 1));
        assertThat(Batches.readAll(reopened(1))).containsExactly("a", "b");
    }

    @Test
    void nothingOfAMemoryShardIsMadeDurableAtTheEnd() {
        append(openPartition(3, 0), Batches.of("a"));

        replication.stop();

        assertThat(directory.resolve("shard-3/checkpoint")).doesNotExist();
    }

    @Test
    void aStoppedNodeOpensNoShard() {
        replication.stop();

        assertThatThrownBy(() -> replication.shard(3)).isInstanceOf(IllegalStateException.class);
        assertThat(directory.resolve("shard-3")).doesNotExist();
    }

    @Test
    void aSecondBrokerOnTheSameDirectoryIsRefused() {
        assertThatThrownBy(this::open).isInstanceOf(DiskLockedException.class);
    }
}
