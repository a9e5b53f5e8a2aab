package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.compaction.KeyOffsets;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Lives of a shard that compacts while it takes appends, on a disk that stops at a random operation: the newest acknowledged
 * record of each key outlives everything, and what was compacted does not come back. Threads are real, so a seed fixes the
 * misfortunes and the load, not the interleaving. {@code -Dsluice.schedules=N} runs more, {@code -Dsluice.seed=S} begins
 * elsewhere.
 */
class CompactionCrashTest {
    private static final TopicId TOPIC = new TopicId(5, 6);
    private static final SegmentSettings SEGMENTS = new SegmentSettings(3_000, 1_000_000, 512);
    private static final int KEYS = 12;
    private static final int LIVES = 4;

    @Test
    void theNewestRecordOfEachKeyOutlivesCompactionAndEveryCrash() throws InterruptedException {
        long first = Long.getLong("sluice.seed", 1);
        int schedules = Integer.getInteger("sluice.schedules", 20);
        long removed = 0;
        for (long seed = first; seed < first + schedules; seed++) {
            Schedule schedule = new Schedule(seed);
            schedule.run();
            removed += schedule.removedRecords;
        }
        assertThat(removed).as("records that compaction removed").isGreaterThan(100L * schedules);
    }

    private static final class Schedule {
        private final long seed;
        private final SplittableRandom random;
        private final Set<String> sent = new HashSet<>();
        private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        private SimulatedDisk disk;
        private int counter;
        private long removedRecords;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.disk = new SimulatedDisk(new SplittableRandom(seed));
        }

        void run() throws InterruptedException {
            for (int life = 0; life < LIVES; life++) {
                live(life < LIVES - 1);
                disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerLoss();
            }
            Replication last = open();
            verify(last);
            last.stop();
        }

        private void live(boolean isCrashing) throws InterruptedException {
            if (isCrashing) {
                disk.crashAfter(random.nextInt(50, 900));
            }
            try {
                Replication replication = open();
                verify(replication);
                work(replication);
                if (disk.hasStopped() || random.nextBoolean()) {
                    replication.abandon();
                } else {
                    replication.stop();
                }
            } catch (SimulatedCrashException | CompletionException | DiskException crashed) {
                assertThat(disk.hasStopped()).as("seed %d: %s", seed, crashed).isTrue();
            }
        }

        private Replication open() {
            ReplicationSettings settings = new ReplicationSettings(
                    Path.of("/data"),
                    new JournalSettings(256 * 1024, 1 << 20, 16 << 20),
                    1 << 20,
                    2 << 20,
                    32 * 1024,
                    5,
                    4);
            return Replication.open(
                    settings,
                    List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                    disk,
                    new SystemClock(),
                    new SplittableRandom(seed + counter),
                    task -> Thread.ofPlatform()
                            .daemon()
                            .uncaughtExceptionHandler((thread, failure) -> {})
                            .unstarted(task));
        }

        private void work(Replication replication) throws InterruptedException {
            Shard shard = replication.shard(1);
            Compactor compactor = replication.compactor();
            if (!disk.hasStopped()) {
                shard.propose(new ControlEntry.Open(TOPIC, 1, 0, 1, 0, 0, SEGMENTS));
            }
            while (shard.partition(TOPIC, 0) == null && !disk.hasStopped()) {
                Thread.onSpinWait();
            }
            PartitionReplica replica = shard.partition(TOPIC, 0);
            Semaphore inFlight = new Semaphore(8);
            int batches = random.nextInt(100, 400);
            for (int i = 0; replica != null && i < batches && !disk.hasStopped(); i++) {
                append(shard, replica, inFlight);
                if (random.nextInt(30) == 0) {
                    compact(compactor, replica);
                }
            }
            if (replica != null && random.nextBoolean()) {
                compactIdle(shard, compactor, replica, inFlight);
            }
        }

        /** Nothing is appended any more: the next checkpoint is about compaction alone. */
        private void compactIdle(Shard shard, Compactor compactor, PartitionReplica replica, Semaphore inFlight) {
            while (inFlight.availablePermits() < 8 && !disk.hasStopped()) {
                Thread.onSpinWait();
            }
            awaitCheckpoint(shard);
            compact(compactor, replica);
            awaitCheckpoint(shard);
        }

        private void awaitCheckpoint(Shard shard) {
            while (shard.checkpointer().isBehind() && !disk.hasStopped()) {
                Thread.onSpinWait();
            }
        }

        private void append(Shard shard, PartitionReplica replica, Semaphore inFlight) throws InterruptedException {
            while (!inFlight.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                if (disk.hasStopped()) {
                    return;
                }
            }
            String key = "key" + random.nextInt(KEYS);
            String value = counter++ + "-" + "x".repeat(random.nextInt(200));
            sent.add(key + "=" + value);
            shard.append(replica, Batches.keyed(key, value), Runnable::run, (error, base, start) -> {
                if (error == ErrorCode.NONE) {
                    acknowledged.put(base, key + "=" + value);
                }
                inFlight.release();
            });
        }

        private void compact(Compactor compactor, PartitionReplica replica) {
            long endOffset = replica.compactionDebt(Long.MAX_VALUE).endOffset();
            long keyBytes = (long) random.nextInt(4, 100) * KeyOffsets.SLOT_BYTES;
            try {
                compactor
                        .compact(replica, new Compactor.Order(endOffset, 0, Long.MAX_VALUE, keyBytes, this::paced))
                        .ifPresent(report -> removedRecords += report.removedRecords());
            } catch (CompactionStoppedException stopped) {
                assertThat(disk.hasStopped()).isTrue();
            }
        }

        /** The node's threads are gone with the disk: nobody answers any more. */
        private void paced(long bytes) {
            if (disk.hasStopped()) {
                throw new CompactionStoppedException("the disk has stopped");
            }
        }

        private void verify(Replication replication) {
            PartitionReplica replica = replication.shard(1).partition(TOPIC, 0);
            if (replica == null) {
                assertThat(acknowledged).isEmpty();
                return;
            }
            SortedMap<Long, String> read = Batches.readKeyed(replica);
            assertThat(sent).as("seed %d", seed).containsAll(read.values());
            assertThat(new HashSet<>(read.values()))
                    .as("seed %d repeated", seed)
                    .hasSameSizeAs(read.values());
            acknowledged.forEach((offset, record) -> {
                String key = record.substring(0, record.indexOf('=') + 1);
                boolean isReplaced =
                        read.tailMap(offset + 1).values().stream().anyMatch(newer -> newer.startsWith(key));
                assertThat(isReplaced || record.equals(read.get(offset)))
                        .as("seed %d lost %s at %d", seed, record, offset)
                        .isTrue();
                assertThat(read.getOrDefault(offset, record)).isEqualTo(record);
            });
        }
    }
}
