package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.Compression;
import io.sluice.log.disk.DiskFullException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentKeysTest {
    private static final Path TOPIC = Path.of("/data/partitions/topic");
    private static final SegmentSettings SETTINGS = new SegmentSettings(10_000, Long.MAX_VALUE, 1_000);
    private static final int KEYS = 5;

    private final SimulatedDisk disk = new SimulatedDisk(new Random(1));
    private int logCount;

    @Test
    void whatIsReplacedIsNotReadAgain() {
        PartitionLog log = filled(new KeyMemory(1 << 20, new Random(2)), true, Compression.NONE);
        long sizeBytes = log.sizeBytes();
        CompactionReport report = compact(log);
        assertThat(report.removedRecords()).isGreaterThan(300);
        assertThat(report.readBytes()).isLessThan(sizeBytes / 10);
    }

    @Test
    void segmentsThatDoNotKnowTheirKeysAreRead() {
        assertThat(readBytes(filled(new KeyMemory(1 << 20, new Random(2)), false, Compression.NONE)))
                .as("a log that was not compacted yet")
                .isGreaterThan(25_000);
        assertThat(readBytes(filled(new KeyMemory(1 << 20, new Random(2)), true, Compression.LZ4)))
                .as("batches that would have to be unpacked")
                .isGreaterThan(10_000);
        assertThat(readBytes(filled(new KeyMemory(200, new Random(2)), true, Compression.NONE)))
                .as("no memory")
                .isGreaterThan(25_000);
    }

    @Test
    void memoryOfSegmentsThatAreGoneIsGivenBack() {
        KeyMemory memory = new KeyMemory(100_000, new Random(2));
        PartitionLog log = filled(memory, true, Compression.NONE);
        assertThat(memory.take(100_000)).isFalse();
        compact(log);
        log.forgetAll();
        assertThat(memory.take(100_000)).isTrue();
    }

    /** One that grew out of a shared file, onto a full disk; its next attempt begins anew. */
    @Test
    void memoryOfASegmentThatCameToNothingIsGivenBack() {
        KeyMemory memory = new KeyMemory(100_000, new Random(2));
        disk.createDirectories(TOPIC);
        Packs packs = new Packs(disk, new OpenFiles(5, memory), Path.of("/data/partitions"), 1_000);
        PartitionLog log = PartitionLog.create(packs, () -> TOPIC.resolve("0"), SETTINGS, 0);
        log.keepKeys(true);
        log.append(batches(0, Compression.NONE));
        log.append(batches(KEYS, Compression.NONE));
        long packedBytes = log.sizeBytes();
        assertThat(log.hasFiles()).isFalse();
        disk.limitCapacity(Long.MAX_VALUE - disk.usableBytes(TOPIC) + packedBytes + 100);

        assertThatThrownBy(() -> log.append(batches(2 * KEYS, Compression.NONE)))
                .isInstanceOf(DiskFullException.class);

        assertThat(memory.take(100_000)).isTrue();
        memory.giveBack(100_000);
        disk.limitCapacity(Long.MAX_VALUE);
        log.append(batches(2 * KEYS, Compression.NONE));
        assertThat(log.hasFiles()).isTrue();
        assertThat(memory.take(100_000)).isFalse();
    }

    private PartitionLog filled(KeyMemory memory, boolean keepsKeys, Compression compression) {
        Path directory = TOPIC.resolve(Integer.toString(logCount++));
        disk.createDirectories(TOPIC);
        PartitionLog log =
                PartitionLog.create(Packs.none(disk, new OpenFiles(5, memory)), () -> directory, SETTINGS, 0);
        log.keepKeys(keepsKeys);
        for (int number = 0; number < 100; number++) {
            log.append(batches(log.endOffset(), compression));
        }
        return log;
    }

    private static List<StoredBatch> batches(long offset, Compression compression) {
        BatchBuilder builder = new BatchBuilder(compression);
        for (int record = 0; record < KEYS; record++) {
            builder.add(1_000 + offset, new byte[] {(byte) record}, new byte[60]);
        }
        ByteBuffer bytes = builder.build();
        List<StoredBatch> batches = new ArrayList<>();
        batches.add(new StoredBatch(offset, offset + KEYS - 1, 1, BatchHeader.maxTimestampMs(bytes, 0), bytes));
        return batches;
    }

    private long readBytes(PartitionLog log) {
        return compact(log).readBytes();
    }

    private CompactionReport compact(PartitionLog log) {
        log.sync();
        CompactionRules rules = new CompactionRules(
                0, log.compactionDebt(Long.MAX_VALUE).endOffset(), 2_000, 1_000, 1 << 20, offset -> false);
        LogCompaction.Exchange exchange =
                replacement -> log.exchange(replacement).isPresent();
        var around = new LogCompaction.Surroundings(new CompactionMemory(), exchange, bytes -> {}, Runnable::run);
        CompactionReport report = new LogCompaction(log, rules, around).run();
        log.compactedTo(report.reached());
        return report;
    }
}
