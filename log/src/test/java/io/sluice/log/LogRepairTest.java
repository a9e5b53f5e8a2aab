package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.disk.SimulatedDisk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A loss that was accepted costs the damaged batch and nothing else, and is reported no more. */
class LogRepairTest {
    private static final Path DIRECTORY = Path.of("/p/t/0");
    private static final SegmentSettings SETTINGS = new SegmentSettings(2_000, Long.MAX_VALUE, 300);

    /** A log of three sealed segments and an active one. */
    private static final class Damaged {
        private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
        private final Batches batches = new Batches(new Random(2), 0);
        private final List<StoredBatch> stored = new ArrayList<>();
        private List<SegmentFile> files;
        private long endOffset;

        Damaged() {
            PartitionLog log = PartitionLog.create(Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, SETTINGS, 0);
            while (log.files().size() < 4) {
                appendOne(log);
            }
            appendOne(log);
            appendOne(log);
            log.sync();
            files = log.files();
            endOffset = log.endOffset();
        }

        void appendOne(PartitionLog log) {
            StoredBatch batch = batches.one(100 + stored.size(), 1_000 + 10 * stored.size());
            stored.add(batch);
            log.append(List.of(batch));
        }

        Path logFile(int segment) {
            return SegmentNames.path(DIRECTORY, files.get(segment).baseOffset(), 0, SegmentNames.LOG);
        }

        StoredBatch batchAt(int segment, long position) {
            long end = 0;
            for (StoredBatch batch : stored) {
                end += batch.baseOffset() >= files.get(segment).baseOffset() ? batch.lengthBytes() : 0;
                if (position < end) {
                    return batch;
                }
            }
            throw new IllegalStateException("no batch at " + position);
        }

        LogRepair repair() {
            return new LogRepair(disk, DIRECTORY, files, endOffset);
        }

        void acceptLoss() {
            List<SegmentFile> rewritten = repair().rewrite();
            repair().finish(rewritten);
            files = rewritten;
        }

        PartitionLog reopened() {
            return PartitionLog.restore(
                    Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, SETTINGS, files, endOffset);
        }

        byte[] allBut(StoredBatch lost) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            stored.stream().filter(batch -> batch != lost).forEach(batch -> bytes.writeBytes(Batches.committed(batch)));
            return bytes.toByteArray();
        }
    }

    private static byte[] readAll(PartitionLog log, int maxBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long offset = log.firstOffset();
        while (offset < log.endOffset()) {
            CollectingSink sink = new CollectingSink();
            long next = log.read(offset, maxBytes, true, log.endOffset(), sink);
            assertThat(next).as("progress at %d", offset).isGreaterThan(offset);
            offset = next;
            bytes.writeBytes(sink.bytes());
        }
        return bytes.toByteArray();
    }

    @Test
    void aDamagedBatchAnywhereBecomesAGapAndAppendsGoOnAtTheEnd() {
        for (int segment = 0; segment < 4; segment++) {
            long lengthBytes = new Damaged().files.get(segment).lengthBytes();
            for (long position = 70; position < lengthBytes; position += 89) {
                checkRepairOf(segment, position);
            }
        }
    }

    private static void checkRepairOf(int segment, long position) {
        Damaged log = new Damaged();
        StoredBatch lost = log.batchAt(segment, position);
        log.disk.flipByte(log.logFile(segment), position, (byte) 4);
        List<DamagedRange> damage = log.repair().damage();
        // A leader epoch lies outside of every batch's CRC: such a batch stays readable.
        boolean isLost = damage.stream().anyMatch(range -> range.lengthBytes() == lost.lengthBytes());

        log.acceptLoss();

        PartitionLog repaired = log.reopened();
        assertThat(log.repair().damage()).isEmpty();
        assertThat(repaired.scrub(bytes -> {})).isEmpty();
        log.appendOne(repaired);
        repaired.sync();
        if (isLost) {
            assertThat(ByteBuffer.wrap(readAll(repaired, position % 2 == 0 ? 300 : 1 << 20)))
                    .as("segment %d byte %d", segment, position)
                    .isEqualTo(ByteBuffer.wrap(log.allBut(lost)));
        }
        StoredBatch newest = log.stored.getLast();
        assertThat(repaired.findByTime(newest.maxTimestampMs(), 0))
                .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(newest.baseOffset()));
    }

    @Test
    void aFetchInsideOfTheGapIsAnsweredWithTheNextBatch() {
        Damaged log = new Damaged();
        StoredBatch lost = log.stored.get(2);
        log.disk.flipByte(log.logFile(0), 2L * lost.lengthBytes() + 90, (byte) 4);

        log.acceptLoss();

        PartitionLog repaired = log.reopened();
        CollectingSink sink = new CollectingSink();
        assertThat(repaired.isGapToEnd(lost.baseOffset())).isFalse();
        assertThat(repaired.read(lost.baseOffset(), 1, true, log.endOffset, sink))
                .isEqualTo(log.stored.get(3).lastOffset() + 1);
        assertThat(sink.bytes()).isEqualTo(Batches.committed(log.stored.get(3)));
    }

    @Test
    void aGapMayReachToTheEnd() {
        Damaged log = new Damaged();
        StoredBatch lost = log.stored.getLast();
        int last = log.files.size() - 1;
        log.disk.flipByte(log.logFile(last), log.files.get(last).lengthBytes() - 5, (byte) 4);

        log.acceptLoss();

        PartitionLog repaired = log.reopened();
        assertThat(repaired.isGapToEnd(lost.baseOffset())).isTrue();
        assertThat(repaired.isGapToEnd(lost.baseOffset() - 1)).isFalse();
    }

    @Test
    void aSectorThatCannotBeReadCostsTheBatchesItHeldAndNoOthers() {
        SimulatedDisk disk = new SimulatedDisk(new Random(1));
        SegmentSettings larger = new SegmentSettings(40_000, Long.MAX_VALUE, 300);
        PartitionLog log = PartitionLog.create(Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, larger, 0);
        Batches batches = new Batches(new Random(2), 0);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long position = 0;
        while (log.files().size() < 2) {
            StoredBatch batch = batches.one(300, 1_000);
            log.append(List.of(batch));
            boolean isHit = position < 12_288 && position + batch.lengthBytes() > 8_192;
            kept.writeBytes(isHit ? new byte[0] : Batches.committed(batch));
            position += batch.lengthBytes();
        }
        log.sync();
        disk.loseSector(SegmentNames.path(DIRECTORY, 0, 0, SegmentNames.LOG), 8_192, 12_288);
        LogRepair repair = new LogRepair(disk, DIRECTORY, log.files(), log.endOffset());
        assertThat(repair.damage()).hasSize(1);

        List<SegmentFile> rewritten = repair.rewrite();
        repair.finish(rewritten);

        PartitionLog repaired = PartitionLog.restore(
                Packs.none(disk, new OpenFiles(10)), () -> DIRECTORY, larger, rewritten, log.endOffset());
        assertThat(readAll(repaired, 1 << 20)).isEqualTo(kept.toByteArray());
    }

    @Test
    void aMissingFileBecomesAGap() {
        Damaged log = new Damaged();
        log.disk.delete(log.logFile(1));
        assertThat(log.repair().damage()).hasSize(1);

        log.acceptLoss();

        long next = log.files.get(1).baseOffset();
        CollectingSink sink = new CollectingSink();
        assertThat(log.repair().damage()).isEmpty();
        assertThat(log.reopened().read(next - 1, 1, true, log.endOffset, sink)).isGreaterThan(next);
    }

    @Test
    void aCrashBeforeTheCheckpointLeavesTheLogAsItWas() {
        Damaged log = new Damaged();
        log.disk.flipByte(log.logFile(1), 300, (byte) 4);
        List<DamagedRange> before = log.repair().damage();

        List<SegmentFile> first = log.repair().rewrite();
        log.reopened().cut();

        assertThat(log.repair().damage()).isEqualTo(before);
        assertThat(log.repair().rewrite()).isEqualTo(first);
    }

    @Test
    void aCrashBehindTheCheckpointCostsNothing() {
        Damaged log = new Damaged();
        StoredBatch lost = log.batchAt(1, 300);
        log.disk.flipByte(log.logFile(1), 300, (byte) 4);

        log.files = log.repair().rewrite();

        assertThat(readAll(log.reopened(), 300)).isEqualTo(log.allBut(lost));
    }
}
