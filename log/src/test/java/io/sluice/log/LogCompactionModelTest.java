package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.log.compaction.KeyOffsets;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Passes of compaction between appends, retention, crashes at every step and restarts, held against {@link CompactionReference}. */
class LogCompactionModelTest {
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void whatStaysIsTheNewestOfEachKey(@ForAll long seed) {
        new Schedule(seed).run(60);
    }

    private static final class Schedule {
        private static final Path DIRECTORY = Path.of("/data/partitions/topic/0");
        private static final long DELETE_RETENTION_MS = 500;

        private final Random random;
        private final CompactionReference reference = new CompactionReference(DELETE_RETENTION_MS);
        private final CompactionMemory memory = new CompactionMemory();
        private final int keyCount;
        /** Segments without any know their keys. */
        private final int compressedOneIn;

        private final SegmentSettings settings;
        private final int[] sequences = new int[3];
        private final List<Path> obsolete = new ArrayList<>();
        private SimulatedDisk disk;
        private OpenFiles openFiles;
        private PartitionLog log;
        private long clockMs = 1_000_000;
        private long startOffset;
        private int epoch = 1;

        private List<SegmentFile> checkpointFiles = List.of();
        private Compacted checkpointCompacted = Compacted.NEVER;
        private long checkpointEnd;
        private long checkpointStart;

        private Schedule(long seed) {
            random = new Random(seed);
            keyCount = 1 + random.nextInt(40);
            compressedOneIn = random.nextBoolean() ? 3 : 60;
            settings = new SegmentSettings(1_000 + random.nextInt(4_000), Long.MAX_VALUE, 1 + random.nextInt(600));
            disk = new SimulatedDisk(new Random(random.nextLong()));
            disk.createDirectories(Path.of("/data/partitions"));
            disk.syncDirectory(Path.of("/data"));
            disk.syncDirectory(Path.of("/"));
            openFiles = openFiles();
            log = PartitionLog.create(Packs.none(disk, openFiles), () -> DIRECTORY, settings, 0);
        }

        /** With memory for the keys of all segments, of some, or of hardly any. */
        private OpenFiles openFiles() {
            return new OpenFiles(5, new KeyMemory(200L << random.nextInt(14), random));
        }

        private void run(int steps) {
            for (int step = 0; step < steps; step++) {
                log.keepKeys(random.nextInt(4) > 0);
                switch (random.nextInt(14)) {
                    case 0, 1, 2, 3, 4 -> append();
                    case 5, 6 -> checkpoint();
                    case 7, 8, 9 -> compact();
                    case 10 -> advanceStart();
                    case 11 -> restart();
                    case 12 -> crash();
                    default -> clockMs += random.nextInt(600);
                }
                check();
            }
        }

        private void append() {
            List<StoredBatch> batches = new ArrayList<>();
            long offset = log.endOffset();
            for (int left = random.nextInt(12); left >= 0; left--) {
                StoredBatch batch = batch(offset);
                batches.add(batch);
                offset = batch.lastOffset() + 1;
            }
            log.append(batches);
            batches.forEach(reference::append);
        }

        private StoredBatch batch(long offset) {
            Compression compression = Compression.of(random.nextInt(compressedOneIn) == 0 ? random.nextInt(5) : 0);
            BatchBuilder builder = new BatchBuilder(compression);
            if (random.nextInt(25) == 0) {
                builder = new BatchBuilder(Compression.NONE).attributeBits(BatchLayout.CONTROL_BIT);
                builder.add(clockMs, new byte[4], new byte[6]);
            } else {
                addRecords(builder);
            }
            ByteBuffer bytes = builder.build();
            epoch += random.nextInt(40) == 0 ? 1 : 0;
            long lastOffset = offset + BatchHeader.lastOffsetDelta(bytes, 0);
            return new StoredBatch(offset, lastOffset, epoch, BatchHeader.maxTimestampMs(bytes, 0), bytes);
        }

        private void addRecords(BatchBuilder builder) {
            int count = 1 + random.nextInt(6);
            if (random.nextInt(3) == 0) {
                int producer = random.nextInt(sequences.length);
                builder.producer(producer, (short) 0, sequences[producer]);
                sequences[producer] += count;
            }
            for (int record = 0; record < count; record++) {
                clockMs += random.nextInt(20);
                byte[] key = ("key" + random.nextInt(keyCount)).getBytes(StandardCharsets.ISO_8859_1);
                byte[] value = random.nextInt(4) == 0 ? null : new byte[random.nextInt(60)];
                builder.add(clockMs - random.nextInt(30), key, value);
            }
        }

        private void checkpoint() {
            log.sync();
            List<SegmentFile> files = log.files();
            checkpointFiles = files;
            checkpointCompacted = log.compacted();
            checkpointEnd = log.endOffset();
            checkpointStart = startOffset;
            log.deleteFiles(obsolete);
            obsolete.clear();
        }

        private void compact() {
            CompactionDebt debt = log.compactionDebt(Long.MAX_VALUE);
            if (debt.endOffset() > checkpointEnd) {
                checkpoint();
            }
            long keyBytes = (2L + random.nextInt(random.nextBoolean() ? 10 : 100)) * KeyOffsets.SLOT_BYTES;
            CompactionRules rules = new CompactionRules(
                    startOffset, debt.endOffset(), clockMs, DELETE_RETENTION_MS, keyBytes, reference::isLastOfProducer);
            reference.trying(debt.endOffset(), clockMs);
            var around = new LogCompaction.Surroundings(memory, this::exchange, bytes -> {}, Runnable::run);
            CompactionReport report = new LogCompaction(log, rules, around).run();
            log.compactedTo(report.reached());
            if (report.isWhole() && debt.endOffset() > 0) {
                reference.done(report.reached().cleanOffset(), clockMs);
            }
        }

        private boolean exchange(Replacement replacement) {
            if (random.nextInt(10) == 0) {
                advanceStart();
            }
            var old = log.exchange(replacement);
            old.ifPresent(obsolete::addAll);
            return old.isPresent();
        }

        private void advanceStart() {
            if (random.nextInt(3) == 0 && log.endOffset() > startOffset) {
                startOffset += random.nextLong(Math.min(40, log.endOffset() - startOffset));
                obsolete.addAll(log.forgetBelow(startOffset));
            }
        }

        private void restart() {
            checkpoint();
            log = restored();
        }

        private PartitionLog restored() {
            return PartitionLog.restore(
                            Packs.none(disk, openFiles), () -> DIRECTORY, settings, checkpointFiles, checkpointEnd)
                    .resume(checkpointCompacted);
        }

        /** In the middle of something, at any operation of the disk. */
        private void crash() {
            disk.crashAfter(1 + random.nextInt(60));
            try {
                for (int round = 0; round < 6; round++) {
                    append();
                    if (random.nextBoolean()) {
                        checkpoint();
                    }
                    compact();
                }
            } catch (SimulatedCrashException expected) {
                assertThat(disk.hasStopped()).isTrue();
            }
            disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerLoss();
            openFiles = openFiles();
            obsolete.clear();
            startOffset = checkpointStart;
            log = restored();
            log.cut();
            reference.backTo(checkpointEnd, checkpointCompacted.cleanOffset());
        }

        private void check() {
            List<ByteBuffer> read = batches(startOffset, log.endOffset());
            reference.check(read, startOffset, clockMs);
            long fromOffset = startOffset + random.nextLong(log.endOffset() - startOffset + 1);
            checkNextBatch(read, fromOffset);
            assertThat(log.findMaxTimestamp(fromOffset)).isEqualTo(CompactionReference.largestTime(read, fromOffset));
            long timestampMs = clockMs - random.nextInt(2_000);
            assertThat(log.findByTime(timestampMs, fromOffset))
                    .isEqualTo(CompactionReference.byTime(read, timestampMs, fromOffset));
            assertThat(log.scrub(bytes -> {})).isEmpty();
        }

        /** An offset that is gone answers what comes next. */
        private void checkNextBatch(List<ByteBuffer> all, long offset) {
            List<ByteBuffer> expected = all.stream()
                    .filter(batch -> BatchHeader.lastOffset(batch, 0) >= offset)
                    .limit(1)
                    .toList();
            CollectingSink sink = new CollectingSink();
            log.read(offset, 1, true, Long.MAX_VALUE, sink);
            assertThat(split(sink.bytes())).isEqualTo(expected);
        }

        private List<ByteBuffer> batches(long from, long to) {
            CollectingSink sink = new CollectingSink();
            long at = from;
            while (at < to) {
                long next = log.read(at, 1 + random.nextInt(3_000), true, Long.MAX_VALUE, sink);
                assertThat(next).isGreaterThan(at);
                at = next;
            }
            return split(sink.bytes());
        }

        private static List<ByteBuffer> split(byte[] bytes) {
            List<ByteBuffer> batches = new ArrayList<>();
            ByteBuffer all = ByteBuffer.wrap(bytes);
            for (int at = 0; at < bytes.length; ) {
                int sizeBytes = BatchLayout.sizeBytes(all, at);
                batches.add(all.slice(at, sizeBytes));
                at += sizeBytes;
            }
            return batches;
        }
    }
}
