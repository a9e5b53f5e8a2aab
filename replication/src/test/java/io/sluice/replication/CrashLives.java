package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SystemClock;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.disk.DiskException;
import io.sluice.log.disk.SimulatedCrashException;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lives of a node with {@code fsync} shards, mostly one, on a disk that stops at a random operation, keeps an arbitrary part of what
 * was not synced, and comes back. Threads are real, so a seed fixes the misfortunes and the load, not the interleaving.
 * {@code -Dsluice.schedules=N} runs more, {@code -Dsluice.seed=S} begins elsewhere.
 */
abstract class CrashLives {
    static final TopicId TOPIC = new TopicId(3, 4);
    private static final int LIVES = 4;
    private static final int IN_FLIGHT_MAX = 8;

    final long seed;
    final SplittableRandom random;
    SimulatedDisk disk;
    /** Of what was sent, over all lives. */
    int counter;

    private final int operationsMin;
    private final int operationsMax;

    /** A life stops after so many changes of the disk, if it is to crash. */
    CrashLives(long seed, int operationsMin, int operationsMax) {
        this.seed = seed;
        this.operationsMin = operationsMin;
        this.operationsMax = operationsMax;
        this.random = new SplittableRandom(seed);
        this.disk = new SimulatedDisk(new SplittableRandom(seed));
    }

    /** Runs as many schedules as the command line says, of seeds that follow each other. */
    static <T extends CrashLives> List<T> runAll(int usualCount, LongFunction<T> schedule) throws InterruptedException {
        long first = Long.getLong("sluice.seed", 1);
        int count = Integer.getInteger("sluice.schedules", usualCount);
        List<T> schedules = new ArrayList<>();
        for (long seed = first; seed < first + count; seed++) {
            T lives = schedule.apply(seed);
            lives.run();
            schedules.add(lives);
        }
        return schedules;
    }

    /** What a life does until it ends or the disk stops. */
    abstract void work(Replication replication) throws InterruptedException;

    /** Compares what is there with what was sent and acknowledged. */
    abstract void verify(Replication replication);

    /** Those of each life. */
    List<ShardSpec> shards() {
        return List.of(new ShardSpec(1, Durability.FSYNC, List.of()));
    }

    /** Makes the disk of the next life worse than it is. */
    void spoil(SimulatedDisk next) {}

    final void run() throws InterruptedException {
        for (int life = 0; life < LIVES; life++) {
            spoil(disk);
            live(life < LIVES - 1);
            disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerLoss();
        }
        Replication last = open();
        verify(last);
        last.stop();
    }

    private void live(boolean isCrashing) throws InterruptedException {
        if (isCrashing) {
            disk.crashAfter(random.nextInt(operationsMin, operationsMax));
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
                3);
        return Replication.open(
                settings,
                shards(),
                disk,
                new SystemClock(),
                new SplittableRandom(seed + counter),
                task -> Thread.ofPlatform()
                        .daemon()
                        .uncaughtExceptionHandler((thread, failure) -> {})
                        .unstarted(task));
    }

    /** Opens so many partitions and waits for the last; null if the disk stops before. */
    final @Nullable PartitionReplica openPartitions(Shard shard, int count, SegmentSettings segments) {
        if (!disk.hasStopped()) {
            shard.propose(new ControlEntry.Open(TOPIC, 1, 0, count, 0, 0, segments));
        }
        while (shard.partition(TOPIC, count - 1) == null && !disk.hasStopped()) {
            Thread.onSpinWait();
        }
        return shard.partition(TOPIC, count - 1);
    }

    /** Permits for appends that nobody has answered yet. */
    static Semaphore inFlight() {
        return new Semaphore(IN_FLIGHT_MAX);
    }

    /** Waits for one; false if the disk stops before. */
    final boolean mayAppend(Semaphore inFlight) throws InterruptedException {
        while (!inFlight.tryAcquire(1, TimeUnit.MILLISECONDS)) {
            if (disk.hasStopped()) {
                return false;
            }
        }
        return true;
    }

    /** Waits until all of them are back, or the disk has stopped. */
    final void awaitAnswers(Semaphore inFlight) {
        while (inFlight.availablePermits() < IN_FLIGHT_MAX && !disk.hasStopped()) {
            Thread.onSpinWait();
        }
    }
}
