package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random schedules of everything a log can do, step by step held against {@link ReferenceLog}. */
class PartitionLogModelTest {
    @Property(tries = 120)
    void aLogBehavesLikeAList(@ForAll long seed) {
        new Schedule(seed).run(60);
    }

    private static final class Schedule {
        private static final Path DIRECTORY = Path.of("/data/partitions/topic/0");

        private final Random random;
        private final Batches batches;
        private final ReferenceLog reference = new ReferenceLog();
        private final long baseOffset;
        private SimulatedDisk disk;
        private OpenFiles openFiles;
        private Packs packs;
        private PartitionLog log;
        private int epoch = 1;

        /** What the last checkpoint holds. */
        private List<SegmentFile> checkpointFiles = List.of();

        private long checkpointEnd;

        private Schedule(long seed) {
            random = new Random(seed);
            disk = new SimulatedDisk(new Random(random.nextLong()));
            disk.createDirectories(Path.of("/data/partitions"));
            disk.syncDirectory(Path.of("/data"));
            disk.syncDirectory(Path.of("/"));
            openFiles = new OpenFiles(1 + random.nextInt(6));
            baseOffset = random.nextInt(3) == 0 ? random.nextInt(1_000) : 0;
            batches = new Batches(random, baseOffset);
            packs = packs();
            log = PartitionLog.create(packs, () -> DIRECTORY, settings(), baseOffset);
            checkpointEnd = baseOffset;
        }

        /** As at a start. */
        private Packs packs() {
            int segmentBytesMax = random.nextInt(3) == 0 ? 0 : random.nextInt(20_000);
            return new Packs(disk, openFiles, Path.of("/data/partitions"), segmentBytesMax);
        }

        private SegmentSettings settings() {
            long segmentMsMax = random.nextInt(3) == 0 ? 500 : Long.MAX_VALUE;
            int segmentBytesMax = 2_000 + random.nextInt(random.nextBoolean() ? 5_000 : 60_000);
            return new SegmentSettings(segmentBytesMax, segmentMsMax, random.nextBoolean() ? 1 : random.nextInt(2_000));
        }

        private void run(int steps) {
            for (int step = 0; step < steps; step++) {
                step();
                assertThat(openFiles.outstandingReadBytes()).isZero();
                assertThat(openFiles.openCount()).isLessThanOrEqualTo(6);
            }
            readEverything();
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> append();
                case 5, 6, 7 -> read();
                case 8, 9 -> search();
                case 10 -> checkpoint();
                case 11 -> forget();
                case 12 -> restoreAsIs();
                case 13 -> loseIndex();
                case 14 -> powerCut();
                case 15, 16 -> passThrough();
                case 17, 18 -> movePacked();
                default -> log.changeSettings(settings(), log.endOffset());
            }
        }

        private void append() {
            epoch += random.nextInt(2);
            List<StoredBatch> appended = batches.some(1 + random.nextInt(12), epoch);
            log.append(appended);
            reference.append(appended);
            assertThat(log.endOffset()).isEqualTo(appended.getLast().lastOffset() + 1);
        }

        private long anyOffset() {
            return log.firstOffset() + random.nextLong(log.endOffset() - log.firstOffset() + 1);
        }

        private void read() {
            long offset = anyOffset();
            int maxBytes = random.nextInt(6) == 0 ? random.nextInt(100) : random.nextInt(30_000);
            boolean atLeastOne = random.nextBoolean();
            long upToOffset = random.nextBoolean() ? log.endOffset() : anyOffset();
            CollectingSink sink = new CollectingSink();

            long next = log.read(offset, maxBytes, atLeastOne, upToOffset, sink);

            ReferenceLog.Answer expected = reference.read(offset, maxBytes, atLeastOne, upToOffset);
            assertThat(next).isEqualTo(expected.nextOffset());
            assertThat(sink.bytes()).isEqualTo(expected.bytes());
        }

        /** As a reader of old records does, with what is brought into memory for it in between. */
        private void passThrough() {
            long offset = anyOffset();
            for (int reads = random.nextInt(12); reads > 0; reads--) {
                int maxBytes = random.nextInt(1, 20_000);
                CollectingSink sink = new CollectingSink();
                long next = log.readPrepared(offset, maxBytes, true, log.endOffset(), sink);
                if (next < 0) {
                    next = log.read(offset, maxBytes, true, log.endOffset(), sink);
                }

                ReferenceLog.Answer expected = reference.read(offset, maxBytes, true, log.endOffset());
                assertThat(next > offset).isEqualTo(expected.nextOffset() > offset);
                assertThat(sink.bytes())
                        .isEqualTo(reference
                                .read(offset, Math.max(1, sink.bytes().length), true, log.endOffset())
                                .bytes());
                offset = next;
                if (random.nextInt(4) > 0) {
                    log.prepare(offset, log.endOffset());
                }
            }
        }

        private void readEverything() {
            CollectingSink sink = new CollectingSink();
            assertThat(log.read(log.firstOffset(), 1 << 30, false, Long.MAX_VALUE, sink))
                    .isEqualTo(log.endOffset());
            assertThat(sink.bytes())
                    .isEqualTo(reference
                            .read(log.firstOffset(), 1 << 30, false, Long.MAX_VALUE)
                            .bytes());
        }

        private void search() {
            long fromOffset = anyOffset();
            var largest = reference.findMaxTimestamp(fromOffset);
            assertThat(log.findMaxTimestamp(fromOffset)).isEqualTo(largest);
            long timestampMs = largest.isPresent() ? largest.get().timestampMs() - random.nextInt(5_000) : 0;
            assertThat(log.findByTime(timestampMs, fromOffset))
                    .isEqualTo(reference.findByTime(timestampMs, fromOffset));
        }

        private void checkpoint() {
            List<Long> dead = packs.dead();
            log.sync();
            checkpointFiles = log.files();
            checkpointEnd = log.endOffset();
            packs.delete(dead);
        }

        /** As when too little of a pack is alive. */
        private void movePacked() {
            Set<Long> left = new HashSet<>();
            for (SegmentFile file : log.files()) {
                if (file.place() != null && random.nextBoolean()) {
                    left.add(file.place().pack());
                }
            }
            assertThat(log.moveFrom(left)).isEqualTo(!left.isEmpty());
            if (random.nextBoolean()) {
                checkpoint();
            }
        }

        private void forget() {
            List<Path> forgotten = log.forgetBelow(anyOffset());
            checkpoint();
            log.deleteFiles(forgotten);
        }

        /** A clean stop and a start. */
        private void restoreAsIs() {
            checkpoint();
            packs = packs();
            log = PartitionLog.restore(packs, () -> DIRECTORY, settings(), log.files(), log.endOffset());
            assertThat(packs.openNamed()).isEmpty();
        }

        private void loseIndex() {
            restoreAsIs();
            List<SegmentFile> files = log.files();
            if (!files.isEmpty()) {
                long base = files.get(random.nextInt(files.size())).baseOffset();
                Path index = SegmentNames.path(DIRECTORY, base, 0, SegmentNames.INDEX);
                if (disk.exists(index) && random.nextBoolean() && disk.sizeBytes(index) > 0) {
                    disk.flipByte(index, random.nextLong(disk.sizeBytes(index)), (byte) 0x20);
                } else {
                    openFiles.forget(index);
                    disk.delete(index);
                }
            }
        }

        private void powerCut() {
            if (random.nextBoolean()) {
                workUntilTheDiskStops();
            }
            disk = random.nextInt(4) == 0 ? disk.afterKill() : disk.afterPowerLoss();
            openFiles = new OpenFiles(1 + random.nextInt(6));
            packs = packs();
            log = PartitionLog.restore(packs, () -> DIRECTORY, settings(), checkpointFiles, checkpointEnd);
            assertThat(packs.openNamed()).isEmpty();
            log.cut();
            reference.cutTo(checkpointEnd);
            batches.goBackTo(checkpointEnd);
            assertThat(log.endOffset()).isEqualTo(checkpointEnd);
            readEverything();
        }

        /** The power fails in the middle of some operation of an append, a sync or a deletion. */
        private void workUntilTheDiskStops() {
            disk.crashAfter(1 + random.nextInt(25));
            try {
                for (int round = 0; round < 5; round++) {
                    append();
                    if (random.nextBoolean()) {
                        forget();
                    } else if (random.nextBoolean()) {
                        movePacked();
                    }
                }
            } catch (SimulatedCrashException expected) {
                assertThat(disk.hasStopped()).isTrue();
            }
        }
    }
}
