package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.log.SegmentSettings;
import io.sluice.log.compaction.KeyOffsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/**
 * Over {@link CrashLives}, with compaction beside the appends: the newest acknowledged record of each key outlives
 * everything, and what was compacted does not come back.
 */
class CompactionCrashTest {
    private static final SegmentSettings SEGMENTS = new SegmentSettings(3_000, 1_000_000, 512);
    private static final int KEYS = 12;

    @Test
    void theNewestRecordOfEachKeyOutlivesCompactionAndEveryCrash() throws InterruptedException {
        List<Schedule> schedules = CrashLives.runAll(20, Schedule::new);

        assertThat(schedules.stream().mapToLong(each -> each.removedRecords).sum())
                .as("records that compaction removed")
                .isGreaterThan(100L * schedules.size());
    }

    private static final class Schedule extends CrashLives {
        private final Set<String> sent = new HashSet<>();
        private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        private long removedRecords;

        Schedule(long seed) {
            super(seed, 50, 900);
        }

        @Override
        void work(Replication replication) throws InterruptedException {
            Shard shard = replication.shard(1);
            PartitionReplica replica = openPartitions(shard, 1, SEGMENTS);
            if (replica == null) {
                return;
            }
            replica.keepKeys(random.nextInt(4) > 0);
            Compactor compactor = replication.compactor();
            Semaphore inFlight = inFlight();
            int batches = random.nextInt(100, 400);
            for (int i = 0; i < batches && !disk.hasStopped(); i++) {
                append(shard, replica, inFlight);
                if (random.nextInt(30) == 0) {
                    compact(compactor, replica);
                }
            }
            if (random.nextBoolean()) {
                compactIdle(shard, compactor, replica, inFlight);
            }
        }

        /** Nothing is appended any more: the next checkpoint is about compaction alone. */
        private void compactIdle(Shard shard, Compactor compactor, PartitionReplica replica, Semaphore inFlight) {
            awaitAnswers(inFlight);
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
            if (!mayAppend(inFlight)) {
                return;
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
                        .compact(
                                replica,
                                new Compactor.Order(endOffset, 0, Long.MAX_VALUE, keyBytes, this::paced, Runnable::run))
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

        @Override
        void verify(Replication replication) {
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
