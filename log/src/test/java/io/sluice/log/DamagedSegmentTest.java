package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.batch.BatchLayout;
import io.sluice.log.disk.DiskFile;
import io.sluice.log.disk.SimulatedDisk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage anywhere is reported with its exact borders, and everything outside of it stays readable. */
class DamagedSegmentTest {
    private static final Path DIRECTORY = Path.of("/p/t/0");
    private static final SegmentSettings SETTINGS = new SegmentSettings(2_000, Long.MAX_VALUE, 300);

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private final List<StoredBatch> stored = new ArrayList<>();
    private List<SegmentFile> files = List.of();
    private long endOffset;

    @BeforeEach
    void writeSomeSegments() {
        PartitionLog log = PartitionLog.create(Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, SETTINGS, 0);
        Batches batches = new Batches(new Random(2), 0);
        while (log.files().size() < 4) {
            StoredBatch batch = batches.one(100 + stored.size(), 1_000 + 10 * stored.size());
            stored.add(batch);
            log.append(List.of(batch));
        }
        log.sync();
        files = log.files();
        endOffset = log.endOffset();
    }

    private PartitionLog reopened() {
        return PartitionLog.restore(Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, SETTINGS, files, endOffset);
    }

    private Path path(int segment, String suffix) {
        return SegmentNames.path(DIRECTORY, files.get(segment).baseOffset(), 0, suffix);
    }

    /** What can be read, going on behind each damage. */
    private record Read(byte[] bytes, List<DamagedRange> damages) {}

    private Read readAll(PartitionLog log, int maxBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<DamagedRange> damages = new ArrayList<>();
        long offset = 0;
        while (offset < endOffset) {
            CollectingSink sink = new CollectingSink();
            try {
                long next = log.read(offset, maxBytes, true, endOffset, sink);
                assertThat(next).as("progress at %d", offset).isGreaterThan(offset);
                offset = next;
            } catch (DamagedLogException damaged) {
                damages.add(damaged.range());
                offset = damaged.range().nextOffset();
            }
            bytes.writeBytes(sink.bytes());
        }
        return new Read(bytes.toByteArray(), damages);
    }

    private byte[] allBut(StoredBatch lost) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        stored.stream().filter(batch -> batch != lost).forEach(batch -> bytes.writeBytes(Batches.committed(batch)));
        return bytes.toByteArray();
    }

    private StoredBatch batchAt(SegmentFile file, long position) {
        long end = 0;
        for (StoredBatch batch : stored) {
            if (batch.baseOffset() >= file.baseOffset()) {
                end += batch.lengthBytes();
                if (position < end) {
                    return batch;
                }
            }
        }
        throw new IllegalStateException();
    }

    private static boolean isLeaderEpoch(StoredBatch batch, SegmentFile file, List<StoredBatch> stored, long position) {
        long start = stored.stream()
                .filter(other -> other.baseOffset() >= file.baseOffset() && other.baseOffset() < batch.baseOffset())
                .mapToLong(StoredBatch::lengthBytes)
                .sum();
        long inBatch = position - start;
        return inBatch >= BatchLayout.LEADER_EPOCH && inBatch < BatchLayout.MAGIC;
    }

    @Test
    void aFlippedByteCostsExactlyItsBatch() {
        SegmentFile file = files.get(1);
        for (long position = 0; position < file.lengthBytes(); position++) {
            StoredBatch hit = batchAt(file, position);
            if (isLeaderEpoch(hit, file, stored, position)) {
                continue;
            }
            byte mask = (byte) (1 << (position % 8));
            disk.flipByte(path(1, SegmentNames.LOG), position, mask);

            Read read = readAll(reopened(), position % 2 == 0 ? 1 << 20 : 300);

            assertThat(read.bytes()).as("byte %d", position).isEqualTo(allBut(hit));
            assertThat(read.damages()).as("byte %d", position).hasSize(1);
            assertThat(read.damages().getFirst().firstOffset()).isEqualTo(hit.baseOffset());
            assertThat(read.damages().getFirst().nextOffset()).isEqualTo(hit.lastOffset() + 1);
            assertThat(read.damages().getFirst().lengthBytes()).isEqualTo(hit.lengthBytes());
            disk.flipByte(path(1, SegmentNames.LOG), position, mask);
        }
    }

    @Test
    void theScrubFindsAFlippedByteAnywhereInASealedSegment() {
        SegmentFile file = files.get(1);
        assertThat(reopened().scrub(bytes -> {})).isEmpty();
        for (long position = 0; position < file.lengthBytes(); position += 3) {
            disk.flipByte(path(1, SegmentNames.LOG), position, (byte) 4);

            List<DamagedRange> found = reopened().scrub(bytes -> {});

            StoredBatch hit = batchAt(file, position);
            assertThat(found).as("byte %d", position).hasSize(1);
            assertThat(found.getFirst().file()).isEqualTo(path(1, SegmentNames.LOG));
            assertThat(found.getFirst().firstOffset()).isLessThanOrEqualTo(hit.baseOffset());
            assertThat(found.getFirst().nextOffset()).isGreaterThan(hit.lastOffset());
            disk.flipByte(path(1, SegmentNames.LOG), position, (byte) 4);
        }
    }

    @Test
    void theScrubWorksWithoutItsList() {
        disk.delete(path(1, SegmentNames.BLOCK_CRCS));
        disk.flipByte(path(2, SegmentNames.BLOCK_CRCS), 21, (byte) 4);
        assertThat(reopened().scrub(bytes -> {})).isEmpty();
        disk.flipByte(path(1, SegmentNames.LOG), 70, (byte) 4);

        List<DamagedRange> found = reopened().scrub(bytes -> {});

        assertThat(found).hasSize(1);
        assertThat(found.getFirst().firstOffset()).isEqualTo(files.get(1).baseOffset());
    }

    @Test
    void aSearchByTimeIsRightOrThrows() {
        SegmentFile file = files.get(1);
        for (long position = 0; position < file.lengthBytes(); position += 5) {
            disk.flipByte(path(1, SegmentNames.LOG), position, (byte) 8);
            StoredBatch hit = batchAt(file, position);
            stored.stream().filter(sought -> sought != hit).forEach(sought -> searchIsRightOrReports(sought, hit));
            disk.flipByte(path(1, SegmentNames.LOG), position, (byte) 8);
        }
    }

    private void searchIsRightOrReports(StoredBatch sought, StoredBatch damaged) {
        try {
            assertThat(reopened().findByTime(sought.maxTimestampMs(), 0))
                    .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(sought.baseOffset()));
        } catch (DamagedLogException reported) {
            assertThat(reported.range().firstOffset()).isEqualTo(damaged.baseOffset());
        }
    }

    @Test
    void aDamagedIndexCostsNothingButTime() {
        Path index = path(1, SegmentNames.INDEX);
        ByteBuffer written = ByteBuffer.allocate((int) disk.sizeBytes(index));
        try (DiskFile file = disk.open(index)) {
            file.read(written, 0);
        }
        assertThat(written.position()).isGreaterThan(IndexEntry.BYTES);
        for (int position = 0; position < written.capacity(); position++) {
            disk.flipByte(index, position, (byte) 2);
            PartitionLog log = reopened();
            assertThat(readAll(log, 300).bytes()).isEqualTo(allBut(null));
            for (StoredBatch sought : stored) {
                assertThat(log.findByTime(sought.maxTimestampMs(), 0))
                        .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(sought.baseOffset()));
            }
            // Loading has cut the index at the damage.
            try (DiskFile file = disk.open(index)) {
                file.write(written.rewind(), 0);
            }
        }
    }

    @Test
    void zeroedPagesAreOneDamageUntilTheNextBatch() {
        SegmentFile file = files.get(1);
        try (DiskFile log = disk.open(path(1, SegmentNames.LOG))) {
            log.write(ByteBuffer.allocate(600), 250);
        }

        Read read = readAll(reopened(), 1 << 20);

        assertThat(read.damages()).hasSize(1);
        DamagedRange range = read.damages().getFirst();
        assertThat(range.firstOffset()).isEqualTo(batchAt(file, 250).baseOffset());
        assertThat(range.nextOffset()).isEqualTo(batchAt(file, 849).lastOffset() + 1);
    }

    @Test
    void aDirectoryThatVanishedIsReportedAndAppendsGoOnBehindWhatIsLost() {
        for (SegmentFile file : files) {
            for (String suffix : List.of(SegmentNames.LOG, SegmentNames.INDEX, SegmentNames.BLOCK_CRCS)) {
                disk.delete(SegmentNames.path(DIRECTORY, file.baseOffset(), 0, suffix));
            }
        }
        disk.delete(DIRECTORY);
        PartitionLog afterCleanStop = reopened();
        assertThatThrownBy(afterCleanStop::checkActive).isInstanceOf(DamagedLogException.class);
        disk.delete(path(files.size() - 1, SegmentNames.LOG));
        disk.delete(DIRECTORY);

        PartitionLog afterCrash = reopened();
        assertThatThrownBy(afterCrash::cut).isInstanceOf(DamagedLogException.class);

        afterCrash.append(List.of(new Batches(new Random(3), endOffset).one(10, 1)));
        afterCrash.sync();
        assertThat(readAll(afterCrash, 1 << 20).damages()).hasSize(files.size());
        assertThat(afterCrash.read(endOffset, 1 << 20, true, Long.MAX_VALUE, new CollectingSink()))
                .isEqualTo(endOffset + 1);
    }

    @Test
    void aFileThatGotShorterIsReportedAndItsRestIsReadable() {
        SegmentFile file = files.get(1);
        try (DiskFile log = disk.open(path(1, SegmentNames.LOG))) {
            log.truncate(500);
        }

        Read read = readAll(reopened(), 1 << 20);

        assertThat(read.damages()).hasSize(1);
        assertThat(read.damages().getFirst().firstOffset())
                .isEqualTo(batchAt(file, 500).baseOffset());
        assertThat(read.damages().getFirst().nextOffset())
                .isEqualTo(files.get(2).baseOffset());
        assertThatThrownBy(() -> reopened().cut()).isInstanceOf(DamagedLogException.class);
    }
}
