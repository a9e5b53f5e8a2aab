package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.BrokenInvariantException;
import io.sluice.common.SharedBuffer;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.DiskFullException;
import io.sluice.log.disk.RealDisk;
import io.sluice.log.disk.SimulatedDisk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
    private static final Path DIRECTORY = Path.of("/p/t/0");
    private static final SegmentSettings SETTINGS = new SegmentSettings(1_000, Long.MAX_VALUE, 300);

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private final OpenFiles openFiles = new OpenFiles(10);
    private final Batches batches = new Batches(new Random(2), 0);
    private final PartitionLog log = PartitionLog.create(Packs.none(disk, openFiles), () -> DIRECTORY, SETTINGS, 0);

    @Test
    void anEmptyLogIsNotOnDisk() {
        assertThat(log.files()).isEmpty();
        assertThat(log.endOffset()).isZero();
        assertThat(log.read(0, 100, true, Long.MAX_VALUE, new CollectingSink())).isZero();
        assertThat(log.findByTime(0, 0)).isEmpty();
        assertThat(log.findMaxTimestamp(0)).isEmpty();
        assertThat(log.offsetForRetention(Long.MAX_VALUE, 0)).isZero();
        assertThat(log.forgetBelow(5)).isEmpty();
        log.sync();
        log.cut();

        assertThat(disk.exists(DIRECTORY)).isFalse();
    }

    @Test
    void readsBelowTheLogBeginWithItsFirstBatchAndReadsBehindItGiveNothing() {
        PartitionLog later = PartitionLog.create(Packs.none(disk, openFiles), () -> Path.of("/p/t/1"), SETTINGS, 100);
        later.append(List.of(new Batches(new Random(3), 100).one(10, 1)));

        assertThat(later.read(99, 100, true, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(101);
        assertThat(later.read(101, 100, true, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(101);
    }

    @Test
    void aGapBetweenBatchesIsABrokenInvariant() {
        log.append(List.of(batches.one(10, 1)));
        batches.goBackTo(7);
        List<StoredBatch> behindAGap = List.of(batches.one(10, 1));

        assertThatThrownBy(() -> log.append(behindAGap)).isInstanceOf(BrokenInvariantException.class);
        assertThat(log.endOffset()).isEqualTo(1);
    }

    @Test
    void aFullDiskLosesNothingAndTheSameListMayBeAppendedAgain() {
        List<StoredBatch> list = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            list.add(batches.one(200, number));
        }
        disk.limitCapacity(5_000);
        assertThatThrownBy(() -> log.append(list)).isInstanceOf(DiskFullException.class);
        assertThat(log.endOffset()).isLessThan(40);
        assertThatThrownBy(() -> log.append(list)).isInstanceOf(DiskFullException.class);
        CollectingSink meanwhile = new CollectingSink();
        assertThat(log.read(0, 1 << 20, true, Long.MAX_VALUE, meanwhile)).isEqualTo(log.endOffset());

        disk.limitCapacity(Long.MAX_VALUE);
        log.append(list);

        CollectingSink sink = new CollectingSink();
        assertThat(log.read(0, 1 << 20, true, Long.MAX_VALUE, sink)).isEqualTo(40);
        assertThat(sink.bytes())
                .hasSize(list.stream().mapToInt(StoredBatch::lengthBytes).sum());
    }

    @Test
    void aFailedSyncFailsEveryLaterOneOfTheNode() {
        PartitionLog other = PartitionLog.create(Packs.none(disk, openFiles), () -> Path.of("/p/t/1"), SETTINGS, 0);
        log.append(List.of(batches.one(10, 1)));
        disk.failSync(1);

        assertThatThrownBy(log::sync).isInstanceOf(DiskException.class);

        assertThatThrownBy(log::sync).isInstanceOf(DiskException.class);
        assertThatThrownBy(other::sync).isInstanceOf(DiskException.class);
    }

    @Test
    void aFailedSyncOfADirectoryFailsEveryLaterOneToo() {
        log.append(List.of(batches.one(10, 1)));
        disk.failSync(2);

        assertThatThrownBy(log::sync).isInstanceOf(DiskException.class);

        assertThatThrownBy(log::sync).isInstanceOf(DiskException.class);
    }

    @Test
    void aDeletedDirectoryIsNotSyncedAnyMore() {
        log.append(List.of(batches.one(10, 1)));
        log.forgetAll();

        log.deleteDirectory();
        log.sync();

        assertThat(disk.exists(DIRECTORY)).isFalse();
        assertThat(disk.openHandles()).isZero();
    }

    @Test
    void anIndexThatCannotBeReadStopsNoAppend() {
        SegmentSettings everyBatch = new SegmentSettings(1 << 20, Long.MAX_VALUE, 1);
        PartitionLog firstLife = PartitionLog.create(Packs.none(disk, openFiles), () -> DIRECTORY, everyBatch, 0);
        for (int number = 0; number < 100; number++) {
            firstLife.append(List.of(batches.one(100, number)));
        }
        disk.loseSector(SegmentNames.path(DIRECTORY, 0, 0, SegmentNames.INDEX), 0, 4_096);
        PartitionLog secondLife = PartitionLog.restore(
                Packs.none(disk, new OpenFiles(4)), () -> DIRECTORY, everyBatch, firstLife.files(), 100);

        secondLife.append(List.of(batches.one(100, 100)));
        secondLife.append(List.of(batches.one(100, 101)));

        assertThat(secondLife.read(50, 1 << 20, true, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(102);
    }

    @Test
    void forgottenSegmentsLieOnDiskUntilTheyAreDeleted() {
        for (int number = 0; number < 30; number++) {
            log.append(List.of(batches.one(300, number)));
        }
        long thirdBase = log.files().get(2).baseOffset();

        List<Path> forgotten = log.forgetBelow(thirdBase + 1);

        assertThat(log.firstOffset()).isEqualTo(thirdBase);
        assertThat(disk.exists(forgotten.getFirst())).isTrue();
        log.deleteFiles(forgotten);
        assertThat(disk.exists(forgotten.getFirst())).isFalse();
        assertThat(log.read(0, 100, true, Long.MAX_VALUE, new CollectingSink())).isEqualTo(thirdBase + 1);
        log.deleteFiles(log.forgetBelow(Long.MAX_VALUE));
        assertThat(log.files()).hasSize(1);
        log.deleteFiles(log.forgetAll());
        assertThat(disk.exists(DIRECTORY)).isFalse();
        assertThat(log.endOffset()).isEqualTo(30);
        assertThat(disk.openHandles()).isZero();
    }

    @Test
    void retentionKeepsWholeSegmentsAndTheActiveOneButForTime() {
        for (int number = 0; number < 12; number++) {
            log.append(List.of(batches.one(300, 1_000 + number)));
        }
        List<SegmentFile> files = log.files();
        assertThat(files).hasSizeGreaterThan(3);
        long lastBytes = files.getLast().lengthBytes();

        assertThat(log.offsetForRetention(-1, -1)).isZero();
        assertThat(log.offsetForRetention(files.getFirst().maxTimestampMs(), -1))
                .isZero();
        assertThat(log.offsetForRetention(files.getFirst().maxTimestampMs() + 1, -1))
                .isEqualTo(files.get(1).baseOffset());
        assertThat(log.offsetForRetention(Long.MAX_VALUE, -1)).isEqualTo(12);
        assertThat(log.offsetForRetention(-1, 0)).isEqualTo(files.getLast().baseOffset());
        assertThat(log.offsetForRetention(-1, lastBytes + 1))
                .isEqualTo(files.get(files.size() - 2).baseOffset());
        assertThat(log.offsetForRetention(-1, log.sizeBytes())).isZero();
    }

    @Test
    void cutRemovesWhatTheCheckpointDoesNotName() {
        log.append(List.of(batches.one(300, 1), batches.one(300, 2)));
        log.sync();
        List<SegmentFile> checkpoint = log.files();
        for (int number = 0; number < 10; number++) {
            log.append(List.of(batches.one(300, 3)));
        }

        PartitionLog restored = PartitionLog.restore(
                Packs.none(disk.afterKill(), new OpenFiles(4)), () -> DIRECTORY, SETTINGS, checkpoint, 2);
        restored.cut();

        assertThat(restored.endOffset()).isEqualTo(2);
        assertThat(restored.files()).isEqualTo(checkpoint);
        assertThat(restored.read(0, 1 << 20, true, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(2);
    }

    @Test
    void fewFilesAreOpenHoweverManyAreUsed() {
        OpenFiles three = new OpenFiles(3);
        for (int number = 0; number < 20; number++) {
            Path home = Path.of("/p/t/" + number);
            PartitionLog one = PartitionLog.create(Packs.none(disk, three), () -> home, SETTINGS, 0);
            one.append(List.of(new Batches(new Random(number), 0).one(10, 1)));
            assertThat(three.openCount()).isLessThanOrEqualTo(3);
        }
        assertThat(disk.openHandles()).isLessThanOrEqualTo(3);
    }

    @Test
    void aFileClosedForRoomWasSynced() {
        OpenFiles one = new OpenFiles(1);
        PartitionLog first = PartitionLog.create(Packs.none(disk, one), () -> Path.of("/p/t/1"), SETTINGS, 0);
        first.append(List.of(batches.one(10, 1)));
        disk.failSync(1);
        PartitionLog second = PartitionLog.create(Packs.none(disk, one), () -> Path.of("/p/t/2"), SETTINGS, 0);
        List<StoredBatch> append = List.of(new Batches(new Random(1), 0).one(10, 1));

        assertThatThrownBy(() -> second.append(append)).isInstanceOf(DiskException.class);
    }

    @Test
    void largeAnswersAreSharedAndSmallOnesCopied(@TempDir Path directory) {
        PartitionLog real = PartitionLog.create(
                Packs.none(new RealDisk(), openFiles),
                () -> directory.resolve("t/0"),
                new SegmentSettings(64 << 20, 1L << 60, 4096),
                0);
        for (int number = 0; number < 40; number++) {
            real.append(List.of(batches.one(64 << 10, number)));
        }
        List<Integer> shared = new ArrayList<>();
        ReadSink sink = new ReadSink() {
            @Override
            public ByteBuffer reserve(int lengthBytes) {
                return ByteBuffer.allocate(lengthBytes);
            }

            @Override
            public void share(ByteBuffer bytes, SharedBuffer owner) {
                shared.add(bytes.remaining());
            }
        };

        assertThat(real.read(0, 1 << 20, true, Long.MAX_VALUE, sink)).isEqualTo(15);
        assertThat(shared).hasSize(1);
        assertThat(real.read(15, 70_000, true, Long.MAX_VALUE, sink)).isEqualTo(16);
        assertThat(shared).hasSize(1);
        assertThat(openFiles.outstandingReadBytes()).isZero();
        assertThat(Files.exists(directory.resolve("t/0/00000000000000000000.log")))
                .isTrue();
    }

    @Test
    void aBatchLargerThanAnyBufferIsRead() {
        log.append(List.of(batches.one(3 << 20, 1), batches.one(10, 2)));
        CollectingSink sink = new CollectingSink();

        assertThat(log.read(0, 100, true, Long.MAX_VALUE, sink)).isEqualTo(1);
        assertThat(sink.bytes()).hasSizeGreaterThan(3 << 20);
        assertThat(log.read(0, 100, false, Long.MAX_VALUE, new CollectingSink()))
                .isZero();
        assertThat(log.read(0, 4 << 20, false, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(2);
    }

    @Test
    void indexEntriesOfAnEarlierLifeAreGone() {
        SegmentSettings everyBatch = new SegmentSettings(1 << 20, Long.MAX_VALUE, 1);
        PartitionLog firstLife = PartitionLog.create(Packs.none(disk, openFiles), () -> DIRECTORY, everyBatch, 0);
        for (int number = 0; number < 100; number++) {
            firstLife.append(List.of(batches.one(100, 10 * number)));
        }
        firstLife.sync();
        List<SegmentFile> checkpoint = firstLife.files();
        for (int number = 100; number < 300; number++) {
            firstLife.append(List.of(batches.one(100, 10 * number)));
        }

        SimulatedDisk next = disk.afterKill();
        PartitionLog secondLife =
                PartitionLog.restore(Packs.none(next, new OpenFiles(4)), () -> DIRECTORY, everyBatch, checkpoint, 100);
        secondLife.cut();
        batches.goBackTo(100);
        for (int number = 100; number < 190; number++) {
            secondLife.append(List.of(batches.one(100, number < 164 ? 10 * number : 5_000)));
        }

        TimestampedOffset expected = new TimestampedOffset(164, 5_000, 1);
        assertThat(secondLife.findByTime(5_000, 0)).contains(expected);
        PartitionLog thirdLife = PartitionLog.restore(
                Packs.none(next, new OpenFiles(4)),
                () -> DIRECTORY,
                everyBatch,
                secondLife.files(),
                secondLife.endOffset());
        assertThat(thirdLife.findByTime(5_000, 0)).contains(expected);
    }

    @Test
    void readersFollowTheWriterThroughRolls() throws Exception {
        int count = 3_000;
        List<StoredBatch> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            all.add(batches.one(20, number));
        }
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> checked = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                checked.add(readers.submit(() -> follow(all)));
            }
            for (int from = 0; from < count; from += 6) {
                log.append(all.subList(from, from + 6));
            }
            for (Future<Long> one : checked) {
                assertThat(one.get()).isEqualTo(count);
            }
        }
        assertThat(openFiles.outstandingReadBytes()).isZero();
        assertThat(log.files()).hasSizeGreaterThan(100);
    }

    private long follow(List<StoredBatch> all) {
        long offset = 0;
        while (offset < all.size()) {
            CollectingSink sink = new CollectingSink();
            long next = log.read(offset, 2_000, true, log.endOffset(), sink);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (long read = offset; read < next; read++) {
                expected.writeBytes(Batches.committed(all.get((int) read)));
            }
            assertThat(sink.bytes()).isEqualTo(expected.toByteArray());
            offset = next;
        }
        return offset;
    }
}
