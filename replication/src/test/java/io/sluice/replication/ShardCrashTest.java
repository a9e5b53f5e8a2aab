package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Lives of a shard on a disk that stops at a random operation, keeps an arbitrary part of what was not synced, and comes
 * back: whatever was acknowledged must be there at its offset, nothing may be there that nobody sent. Threads are real,
 * so a seed fixes the misfortunes and the load, not the interleaving. {@code -Dsluice.schedules=N} runs more,
 * {@code -Dsluice.seed=S} begins elsewhere.
 */
class ShardCrashTest {
    private static final TopicId TOPIC = new TopicId(3, 4);
    private static final SegmentSettings SEGMENTS = new SegmentSettings(8 * 1024, 1_000_000, 512);
    private static final int PARTITIONS = 3;
    private static final int LIVES = 4;

    @Test
    void acknowledgedBatchesOutliveEveryCrash() throws InterruptedException {
        long first = Long.getLong("sluice.seed", 1);
        int schedules = Integer.getInteger("sluice.schedules", 25);
        for (long seed = first; seed < first + schedules; seed++) {
            new Schedule(seed).run(false);
        }
    }

    @Test
    void aDiskThatIgnoresSyncsFailsThisVeryTest() throws InterruptedException {
        int failures = 0;
        for (long seed = 1; seed <= 10 && failures == 0; seed++) {
            try {
                new Schedule(seed).run(true);
            } catch (AssertionError | RuntimeException lost) {
                failures++;
            }
        }
        assertThat(failures).isPositive();
    }

    private static final class Schedule {
        private final long seed;
        private final SplittableRandom random;
        private final Set<String> sent = new HashSet<>();
        private final List<Map<Long, String>> acknowledged = new ArrayList<>();
        private SimulatedDisk disk;
        private int counter;

        Schedule(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.disk = new SimulatedDisk(new SplittableRandom(seed));
            for (int i = 0; i < PARTITIONS; i++) {
                acknowledged.add(new ConcurrentHashMap<>());
            }
        }

        void run(boolean ignoreSyncs) throws InterruptedException {
            for (int life = 0; life < LIVES; life++) {
                if (ignoreSyncs) {
                    disk.ignoreSyncs();
                }
                live(life < LIVES - 1);
                disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerLoss();
            }
            Replication last = open();
            verify(last);
            last.stop();
        }

        private void live(boolean crashing) throws InterruptedException {
            if (crashing) {
                disk.crashAfter(random.nextInt(5, 400));
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
                    2);
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
            if (!disk.hasStopped()) {
                shard.propose(new ControlEntry.Open(TOPIC, 1, 0, PARTITIONS, 0, 0, SEGMENTS));
            }
            Semaphore inFlight = new Semaphore(8);
            int batches = random.nextInt(20, 200);
            for (int i = 0; i < batches && !disk.hasStopped(); i++) {
                while (shard.partition(TOPIC, PARTITIONS - 1) == null && !disk.hasStopped()) {
                    Thread.onSpinWait();
                }
                append(shard, random.nextInt(PARTITIONS), inFlight);
            }
        }

        private void append(Shard shard, int index, Semaphore inFlight) throws InterruptedException {
            PartitionReplica replica = shard.partition(TOPIC, index);
            while (!inFlight.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                if (disk.hasStopped()) {
                    return;
                }
            }
            if (replica == null) {
                return;
            }
            String[] values = new String[random.nextInt(1, 4)];
            for (int i = 0; i < values.length; i++) {
                values[i] = counter++ + "-" + "x".repeat(random.nextInt(600));
            }
            sent.addAll(Arrays.asList(values));
            shard.append(replica, Batches.of(values), Runnable::run, (error, base, start) -> {
                if (error == ErrorCode.NONE) {
                    for (int i = 0; i < values.length; i++) {
                        acknowledged.get(index).put(base + i, values[i]);
                    }
                }
                inFlight.release();
            });
        }

        private void verify(Replication replication) {
            for (int index = 0; index < PARTITIONS; index++) {
                PartitionReplica replica = replication.shard(1).partition(TOPIC, index);
                List<String> read = replica == null ? List.of() : Batches.readAll(replica);
                assertThat(sent).as("seed %d partition %d", seed, index).containsAll(read);
                assertThat(new HashSet<>(read)).as("seed %d repeated", seed).hasSameSizeAs(read);
                acknowledged.get(index).forEach((offset, value) -> {
                    assertThat(offset).as("seed %d lost offset", seed).isLessThan(read.size());
                    assertThat(read.get(Math.toIntExact(offset)))
                            .as("seed %d", seed)
                            .isEqualTo(value);
                });
            }
        }
    }
}
